"""What waits for a portal user's signature, and what they have signed."""

from odoo.addons.portal.controllers import portal
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import escape_psql

from ..models.plain_text import clean

LONGEST_SEARCH = 100

LISTS = {
    "to_sign": ("/my/to-sign", "esign_to_sign"),
    "signed": ("/my/signed", "esign_signed"),
}


class EsignPortal(portal.CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for name in LISTS:
            if f"esign_{name}_count" in counters:
                signers, domain = self._esign_own(name)
                values[f"esign_{name}_count"] = signers.search_count(domain)
        return values

    @staticmethod
    def _esign_own(name):
        """Return the model as the system, and the domain: what a portal user sees of it."""
        signers = request.env["esign.signer"].sudo()
        return signers, signers._portal_domain(name, request.env.user)

    @route(
        ["/my/to-sign", "/my/to-sign/page/<int:page>"], type="http", auth="user", website=True
    )
    def esign_to_sign(self, page=1, sortby=None, search=None, **_options):
        return self._esign_list("to_sign", page, sortby, search)

    @route(["/my/signed", "/my/signed/page/<int:page>"], type="http", auth="user", website=True)
    def esign_signed(self, page=1, sortby=None, search=None, **_options):
        return self._esign_list("signed", page, sortby, search)

    def _esign_list(self, name, page, sortby, search):
        url, page_name = LISTS[name]
        signers, domain = self._esign_own(name)
        search = clean(search, LONGEST_SEARCH)
        if search:
            domain &= self._esign_search(search)
        sortings = self._esign_sortings(name)
        sortby = sortby if sortby in sortings else next(iter(sortings))
        pager = portal.pager(
            url=url,
            url_args={"sortby": sortby, **({"search": search} if search else {})},
            total=signers.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            page_name=page_name,
            pager=pager,
            default_url=url,
            sortby=sortby,
            searchbar_sortings=sortings,
            searchbar_inputs={
                # Odoo puts it into the field, which is narrow
                "all": {"input": "all", "label": request.env._("Search")}
            },
            search_in="all",
            search=search,
            signers=signers.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
        )
        return request.render(f"odoo_esign.portal_my_{name}", values)

    @staticmethod
    def _esign_search(text):
        """Return the domain of what a portal user looks for, in what the list shows."""
        names = ("name", "reference", "user_id.name", "company_id.name")
        return Domain.OR([(f"envelope_id.{name}", "ilike", escape_psql(text))] for name in names)

    def _esign_sortings(self, name):
        _ = request.env._
        if name == "to_sign":
            return {
                "date": {"label": _("Newest"), "order": "date_invited desc, id desc"},
                "deadline": {"label": _("Sign by"), "order": "date_deadline, id"},
            }
        return {"date": {"label": _("Newest"), "order": "date_signed desc, id desc"}}

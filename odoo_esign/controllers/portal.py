"""What waits for a portal user's signature, and what they have signed."""

from odoo.addons.portal.controllers import portal
from odoo.http import request, route

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
    def esign_to_sign(self, page=1, sortby=None, **_options):
        return self._esign_list("to_sign", page, sortby)

    @route(["/my/signed", "/my/signed/page/<int:page>"], type="http", auth="user", website=True)
    def esign_signed(self, page=1, sortby=None, **_options):
        return self._esign_list("signed", page, sortby)

    def _esign_list(self, name, page, sortby):
        url, page_name = LISTS[name]
        signers, domain = self._esign_own(name)
        sortings = self._esign_sortings(name)
        sortby = sortby if sortby in sortings else next(iter(sortings))
        pager = portal.pager(
            url=url,
            url_args={"sortby": sortby},
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
            signers=signers.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
        )
        return request.render(f"odoo_esign.portal_my_{name}", values)

    def _esign_sortings(self, name):
        _ = request.env._
        if name == "to_sign":
            return {
                "date": {"label": _("Newest"), "order": "date_invited desc, id desc"},
                "deadline": {"label": _("Sign by"), "order": "date_deadline, id"},
            }
        return {"date": {"label": _("Newest"), "order": "date_signed desc, id desc"}}

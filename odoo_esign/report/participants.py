from lxml import html
from markupsafe import Markup

from odoo import api, models

from .links import qr_code, verify_url
from .margins import margin_top


class ParticipantsReport(models.AbstractModel):
    """Values for the page that lists who signs what."""

    _name = "report.odoo_esign.report_participants"
    _description = "Page of Participants"

    @api.model
    def _get_report_values(self, docids, data=None):
        documents = self.env["esign.document"].browse(docids)
        data = data or {}
        return {
            "doc_ids": docids,
            "doc_model": "esign.document",
            "docs": documents,
            "margin_top": margin_top(self.env),
            "original_sha256": data.get("original_sha256", ""),
            "unplaced_ids": data.get("unplaced_ids", []),
            "belongs_to": self._belongs_to,
            "of_group": lambda signer: self.env._("(%s of this group)", signer.quorum),
            "verify_url": lambda document: verify_url(document.envelope_id),
            "qr_code": qr_code,
            "without_page_numbers": without_page_numbers,
        }

    def _belongs_to(self, document):
        name = Markup("<strong>%s</strong>") % document.name
        return self.env._("This page belongs to %s and is signed together with it.", name)


def without_page_numbers(page):
    """Return a page in a company's layout without 'Page 1 / 1'.

    It goes behind the document's own pages, whose numbers end before it.
    """
    body = html.fragment_fromstring(str(page), create_parent=True)
    for number in body.xpath("//span[contains(concat(' ', @class, ' '), ' page ')]"):
        number.getparent().drop_tree()
    return Markup("".join(html.tostring(part, encoding="unicode") for part in body))

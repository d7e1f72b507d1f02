"""The page of participants, behind the document's own pages."""

from odoo.tests import tagged

from ..report.participants import without_page_numbers
from .common import EsignCase


@tagged("post_install", "-at_install")
class TestParticipantsPage(EsignCase):
    def test_no_page_numbers_in_any_layout(self):
        """'Page 1 / 1' would be wrong behind a document of three pages."""
        envelope = self.send_new([self.customer])
        report = self.env["ir.actions.report"]
        layouts = self.env["report.layout"].search([])
        self.assertGreater(len(layouts), 3)
        for layout in layouts:
            self.company.external_report_layout_id = layout.view_id
            found = {}
            for name, record in (
                ("participants", envelope.document_ids[0]),
                ("certificate", envelope),
            ):
                found[name], _kind = report._render_qweb_html(
                    f"odoo_esign.action_report_{name}", record.ids, data={"report_type": "pdf"}
                )
            self.assertIn(b"topage", found["certificate"], layout.name)
            self.assertNotIn(b"topage", found["participants"], layout.name)
            self.assertIn(self.customer.name.encode(), found["participants"])
            self.assertIn(b"footer", found["participants"])

    def test_the_rest_stays(self):
        page = (
            '<div class="article"><p>Müller &amp; Söhne</p></div><div class="footer">IBAN 1 '
            '<span class="text-muted">Page <span class="page"></span> / <span class="topage">'
            "</span></span></div>"
        )
        self.assertEqual(
            without_page_numbers(page),
            '<div class="article"><p>Müller &amp; Söhne</p></div>'
            '<div class="footer">IBAN 1 </div>',
        )

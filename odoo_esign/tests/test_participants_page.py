"""The page of participants, behind the document's own pages."""

from unittest.mock import patch

from markupsafe import Markup

from odoo.tests import tagged

from ..report import participants
from .common import EsignCase


@tagged("post_install", "-at_install")
class TestParticipantsPage(EsignCase):
    def test_no_page_numbers_in_any_layout(self):
        """'Page 1 / 1' would be wrong behind a document of three pages."""
        envelope = self.send_new([self.customer])
        layouts = self.env["report.layout"].search([])
        self.assertGreater(len(layouts), 3)
        for layout in layouts:
            self.company.external_report_layout_id = layout.view_id
            with patch.object(participants, "without_page_numbers", Markup):
                self.assertIn("topage", self.printed(envelope), layout.name)
            printed = self.printed(envelope)
            self.assertNotIn("topage", printed, layout.name)
            self.assertIn(self.customer.name, printed)
            self.assertIn("footer", printed)

    def printed(self, envelope):
        """Return the page as it goes to the program that makes the PDF."""
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "odoo_esign.action_report_participants",
            envelope.document_ids[0].ids,
            data={"report_type": "pdf"},
        )
        return content.decode()

    def test_room_for_the_address(self):
        paper = self.env["ir.actions.report"].get_paperformat()
        printed = self.printed(self.send_new([self.customer]))
        self.assertIn(f'data-report-margin-top="{paper.margin_top + 8}', printed)
        self.assertIn(f'data-report-header-spacing="{paper.margin_top + 8}', printed)

    def test_the_rest_stays(self):
        page = (
            '<div class="article"><p>Müller &amp; Söhne</p></div><div class="footer">IBAN 1 '
            '<span class="text-muted">Page <span class="page"></span> / <span class="topage">'
            "</span></span></div>"
        )
        self.assertEqual(
            participants.without_page_numbers(page),
            '<div class="article"><p>Müller &amp; Söhne</p></div>'
            '<div class="footer">IBAN 1 </div>',
        )

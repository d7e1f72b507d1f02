"""Places to sign where the PDF has no text to hold an anchor."""

from unittest.mock import patch

from odoo.addons.odoo_esign.pades.appending import blank_page

from .common import EsignCase


def draw_nothing(_document, *_args, **_kwargs):
    """Stand for a page whose text was drawn as outlines, by a wkhtmltopdf without patched Qt."""
    return blank_page(595, 842)


class TestFallbackPlaces(EsignCase):
    draw_participants = False

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(type(self.env["esign.document"]), "_render_participants", draw_nothing)
        )

    def test_pages_are_added_and_everybody_has_a_place(self):
        people = [self._make_partner(f"Person{number} Test") for number in range(7)]
        envelope = self.send_new(people)
        fields = envelope.document_ids.field_ids
        for signer in envelope.signer_ids:
            mine = fields.filtered(lambda f, s=signer: f.signer_id == s)
            self.assertEqual(sorted(mine.mapped("kind")), ["date", "name", "signature"])
        # the document, the page of participants, and two pages for seven people
        self.assertEqual(envelope.document_ids.page_count, 4)
        self.assertEqual(set(fields.mapped("page")), {2, 3})
        boxes = [(f.page, f.left, f.bottom, f.right, f.top) for f in fields]
        for one in boxes:
            self.assertTrue(0 < one[2] < one[4] < 842, one)
            for other in boxes:
                apart = one[0] != other[0] or one[2] >= other[4] or other[2] >= one[4]
                self.assertTrue(apart or one == other, (one, other))
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")

    def test_fields_placed_by_the_sender_are_kept(self):
        envelope = self.send_new(fields=[{"kind": "signature"}])
        self.assertEqual(envelope.document_ids.field_ids.mapped("kind"), ["signature"])
        self.assertEqual(envelope.document_ids.page_count, 2)
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")

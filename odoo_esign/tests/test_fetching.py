"""What is read in one statement is what the ORM reads."""

from odoo.tests import tagged

from ..models.fetching import find_whole, read_lines
from ..models.guard import unlocked
from .common import EsignCase


@tagged("post_install", "-at_install")
class TestFetching(EsignCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.customer, self.second, self.third], pages=2)
        self.env.flush_all()

    def cached(self, records):
        """Return what the cache holds of these records, as records know it."""
        return [
            {
                name: record[name]
                for name, field in record._fields.items()
                if field.store and field.column_type and record.id in field._get_cache(record.env)
            }
            for record in records
        ]

    def assertAsTheOrmReads(self, read):
        """Compare all that ``read`` puts into the cache with what the ORM's own reading does."""
        self.env.invalidate_all()
        found = read()
        mine = self.cached(found)
        self.assertTrue(mine and all(len(values) > 3 for values in mine))
        self.env.invalidate_all()
        for record, values in zip(found, mine, strict=True):
            self.assertEqual({name: record[name] for name in values}, values)

    def test_one(self):
        signer = self.envelope.signer_ids[0]
        ref = signer.access_ref
        self.assertAsTheOrmReads(lambda: find_whole(self.env["esign.signer"], "access_ref", ref))
        self.assertAsTheOrmReads(lambda: find_whole(self.envelope, "id", self.envelope.id))
        self.assertFalse(find_whole(self.env["esign.signer"], "access_ref", "none"))

    def test_lines_in_their_order(self):
        first = self.envelope.signer_ids[0]
        for record, name in (
            (self.envelope, "document_ids"),
            (self.envelope, "signer_ids"),
            (first, "field_ids"),
        ):
            self.assertAsTheOrmReads(lambda record=record, name=name: read_lines(record, name))
            self.env.invalidate_all()
            lines = read_lines(record, name)
            self.assertEqual(record[name].ids, lines.ids)
            self.env.invalidate_all()
            self.assertEqual(record[name].ids, lines.ids)

    def test_none_is_known_too(self):
        signer = self.envelope.signer_ids[0]
        read_lines(signer, "signature_ids")
        with self.assertQueryCount(0):
            self.assertFalse(signer.signature_ids)

    def test_what_is_pending_is_found(self):
        document = self.envelope.document_ids[0]
        unlocked(document).write({"sequence": 77})
        read_lines(self.envelope, "document_ids")
        self.assertEqual(document.sequence, 77)
        self.env.invalidate_all()
        self.assertEqual(document.sequence, 77)

    def test_translated_column(self):
        self.env["res.lang"]._activate_lang("de_DE")
        company = self.env.company
        company.esign_consent_text = "Read it"
        company.with_context(lang="de_DE").esign_consent_text = "Lies es"
        self.env.flush_all()
        for lang, text in (("en_US", "Read it"), ("de_DE", "Lies es")):
            self.env.invalidate_all()
            there = company.with_context(lang=lang)
            find_whole(there, "id", company.id, ("esign_consent_text",))
            with self.assertQueryCount(0):
                self.assertEqual(there.esign_consent_text, text)

    def test_consent_words_follow_what_they_are_made_of(self):
        company = self.env.company
        before = company._esign_consent()
        company.name = "Another & Sons"
        self.assertIn("Another & Sons", company._esign_consent()["text"])
        company.esign_consent_text = "Ours"
        self.assertEqual(company._esign_consent()["text"], "Ours")
        company.esign_consent_text = False
        self.assertNotEqual(company._esign_consent()["version"], before["version"])

"""The text that is agreed to: every edit is a new version, and the old ones stay."""

import hashlib

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EsignCase


@tagged("post_install", "-at_install")
class TestConsentText(EsignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")

    def versions(self):
        return self.env["esign.consent"].search([("company_id", "=", self.company.id)])

    def edit(self, text, lang="en_US"):
        self.company.with_user(self.esign_admin).with_context(lang=lang).esign_consent_text = text

    def test_the_modules_own_text(self):
        consent = self.company._esign_consent()
        self.assertEqual(consent["number"], 1)
        self.assertFalse(self.versions())
        self.assertIn(self.company.name, consent["text"])
        for said in ("simple electronic signature", "don't have to", "paper", "keep them to"):
            self.assertIn(said, consent["text"])

    def test_an_edit_is_a_new_version(self):
        self.edit("Our own words.")
        self.assertEqual(self.versions().mapped("number"), [2, 1])
        self.edit("Our own words.")
        self.assertEqual(len(self.versions()), 2)
        self.edit("Other words.")
        newest, middle, oldest = self.versions()
        self.assertEqual((newest.text, middle.text), ("Other words.", "Our own words."))
        self.assertIn("don't have to", oldest.text)
        self.assertEqual(newest.user_id, self.esign_admin)
        self.edit(False)
        self.assertEqual(self.company._esign_consent()["number"], 4)
        self.assertIn("don't have to", self.company._esign_consent()["text"])

    def test_in_one_language(self):
        """The number is that of all languages together; the words are the language's."""
        self.edit("Our own words.")
        self.edit("Unsere eigenen Worte.", lang="de_DE")
        company = self.company
        english, german = (
            company.with_context(lang=lang)._esign_consent() for lang in ("en_US", "de_DE")
        )
        self.assertEqual((english["number"], german["number"]), (3, 3))
        self.assertEqual(english["text"], "Our own words.")
        self.assertEqual(german["text"], "Unsere eigenen Worte.")
        self.assertEqual(self.versions()[0].with_context(lang="de_DE").text, german["text"])

    def test_by_the_dialog_for_translations(self):
        self.edit("Our own words.")
        self.rpc(
            self.esign_admin,
            "res.company",
            "update_field_translations",
            self.company.ids,
            "esign_consent_text",
            {"de_DE": "Unsere Worte."},
        )
        self.assertEqual(self.company._esign_consent()["number"], 3)
        self.assertEqual(self.versions()[0].with_context(lang="de_DE").text, "Unsere Worte.")

    def test_what_a_signature_keeps(self):
        self.edit("Our own words.")
        envelope = self.send_new([self.customer, self.second])
        self.sign(envelope.signer_ids[0])
        self.edit("Other words.")
        self.sign(envelope.signer_ids[1])
        self.run_jobs()
        first, second = envelope.signature_ids.sorted("id")
        self.assertEqual((first.consent_number, second.consent_number), (2, 3))
        self.assertEqual(first.consent_text, "Our own words.")
        lines = envelope.event_ids.filtered(lambda e: e.code == "consented").sorted("seq")
        facts = lines[0]._facts()
        consent = self.company._esign_consent()
        whole = "\n".join((consent["title"], "Our own words.", consent["label"]))
        self.assertEqual(facts["consent_sha256"], hashlib.sha256(whole.encode()).hexdigest())
        self.assertEqual(facts["consent_number"], 2)
        self.assertIn("version 2 /", lines[0].sentence)

    def test_nobody_changes_a_version(self):
        self.edit("Our own words.")
        newest = self.versions()[0]
        for user in (self.esign_admin, self.sender):
            for method, *args in (
                ("write", newest.ids, {"texts": {"en_US": "x"}}),
                ("unlink", newest.ids),
                ("create", {"company_id": self.company.id, "number": 9, "sha256": "x"}),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, "esign.consent", method, *args)
        for query in ("UPDATE esign_consent SET number = 9", "DELETE FROM esign_consent"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.Error),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_companies_are_apart(self):
        self.edit("Our own words.")
        self.assertEqual(self.other_company._esign_consent()["number"], 1)
        domain = [["company_id", "=", self.company.id]]
        self.assertFalse(self.rpc(self.foreigner, "esign.consent", "search", domain))

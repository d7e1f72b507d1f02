"""What the public page says of a number or a file, and to whom."""

import io

from lxml import html as lxml_html
from pypdf import PdfReader, PdfWriter

from odoo.tests import tagged

from ..pades import authority
from ..pades.appearance import Stamp
from ..pades.fields import SignerFields, freeze
from ..pades.seal import approve, certify
from ..pades.signer import KeptKeySigner
from .common import make_pdf
from .verify_case import GREEN, NOTHING, VerifyCase


@tagged("post_install", "-at_install")
class TestStrangerWithFile(VerifyCase):
    def set_the_scene(self):
        self.envelope = self.completed(self.customer, self.second)

    def test_final(self):
        envelope = self.envelope
        response = self.drop(self.kept_pdf(envelope))
        self.assertEqual(self.answers(response), GREEN)
        for text in (
            "Clara Customer",
            "Sven Second",
            "by a personal link that was sent by email",
            "A simple electronic signature",
            "PAdES B-LTA",
            f"by the clock of {self.company.name} itself",
            envelope.reference,
            envelope.document_ids.sealed_sha256,
        ):
            self.assertIn(text, response.text)

    def test_certificate_of_completion(self):
        certificate = self.envelope._certificate_for("en_US")
        pdf = certificate.attachment_id.sudo().raw
        self.assertEqual(
            self.check(pdf),
            {
                "file": ("green", "certificate"),
                "signers": ("green", "company"),
                "log": ("green", "certificate"),
            },
        )
        at = pdf.index(b"/MediaBox")
        answers = self.check(pdf[:at] + b"/MediaBoy" + pdf[at + 9 :])
        self.assertEqual(answers["file"], ("red", "changed"))

    def test_each_document_of_several(self):
        envelope = self.completed(documents=2)
        for document in envelope.document_ids:
            self.assertEqual(self.check(document.sealed_attachment_id.sudo().raw), GREEN)

    def test_participant_who_did_not_sign(self):
        group = {"quorum_group": "board", "quorum": 1}
        envelope = self.completed(
            {"partner_id": self.customer.id, **group}, {"partner_id": self.second.id, **group}
        )
        response = self.drop(self.kept_pdf(envelope))
        self.assertEqual(self.answers(response), GREEN)
        self.assertNotIn("Sven", response.text)

    def test_as_sent(self):
        envelope = self.send_new()
        sent = self.kept_pdf(envelope, "frozen")
        expected = {
            "file": ("amber", "open"),
            "signers": ("amber", "nobody_yet"),
            "log": ("amber", "open"),
        }
        self.assertEqual(self.check(sent), expected)
        self.sign_all(envelope)
        self.assertEqual(
            self.check(sent),
            {**expected, "file": ("amber", "as_sent"), "log": ("amber", "earlier")},
        )

    def test_half_signed_then_rolled_back(self):
        envelope = self.send_new([self.customer, self.second])
        self.sign(envelope.signer_ids[0])
        self.run_jobs()
        half = self.kept_pdf(envelope)
        self.assertEqual(
            self.check(half),
            {"file": ("amber", "open"), "signers": ("green", "certain"), "log": ("amber", "open")},
        )
        self.sign_all(envelope)
        response = self.drop(half)
        self.assertEqual(self.answers(response)["file"], ("red", "rolled_back"))
        self.assertEqual(self.answers(response)["log"], ("red", "another"))
        self.assertNotIn("Sven", response.text, "who is missing is not told")

    def test_cancelled_declined(self):
        cancelled = self.send_new()
        cancelled.with_user(self.sender).action_cancel()
        self.assertEqual(
            self.check(self.kept_pdf(cancelled, "frozen"))["file"], ("amber", "cancelled")
        )
        declined = self.send_new()
        declined.signer_ids._decline("Too late", {"identification": "link"})
        answer = self.drop(self.kept_pdf(declined, "frozen"))
        self.assertEqual(self.answers(answer)["file"], ("amber", "declined"))
        self.assertNotIn("Too late", answer.text)

    def test_foreign(self):
        response = self.drop(self.foreign_pdf())
        self.assertEqual(self.answers(response), NOTHING)
        self.assertIn("Zoe Elsewhere", response.text)
        self.assertIn("nobody we know", response.text)
        self.assertNotIn(self.company.name, response.text)

    def test_foreign_changed(self):
        pdf = self.foreign_pdf()
        at = pdf.index(b"/MediaBox")
        answers = self.check(pdf[:at] + b"/MediaBoy" + pdf[at + 9 :])
        self.assertEqual(answers["file"], ("red", "changed"))
        self.assertEqual(answers["signers"], ("red", "broken"))

    def test_unsigned(self):
        self.assertEqual(
            self.check(make_pdf("Agreement")),
            {
                "file": ("amber", "unsigned"),
                "signers": ("amber", "nobody"),
                "log": ("amber", "none"),
            },
        )

    def test_headline(self):
        """Red is said of what is wrong, not of what we can't vouch for."""
        foreign = self.foreign_pdf()
        at = foreign.index(b"/MediaBox")
        changed = foreign[:at] + b"/MediaBoy" + foreign[at + 9 :]
        for pdf, colour, words in (
            (foreign, "amber", "Signed elsewhere: we can't vouch for who signed"),
            (make_pdf("Agreement"), "amber", "Not signed: there is nothing to check"),
            (changed, "red", "Do not rely on it"),
            (b"PK\3\4 not a PDF", "amber", "The file can't be checked"),
            (make_pdf("Agreement")[:400], "red", "The file can't be checked"),
        ):
            with self.subTest(words=words, colour=colour):
                page = lxml_html.fromstring(self.drop(pdf).content)
                self.assertEqual(page.find(".//section").get("data-colour"), colour)
                self.assertEqual(page.findtext(".//section//h2").strip(), words)

    def test_names_that_certificates_can_not_hold(self):
        self.customer.name = "Clara Customer قمر"
        pdf = self.kept_pdf(self.completed())
        self.assertIn("Clara Customer قمر", self.drop(pdf).text)

    def test_not_to_be_read(self):
        self.assertEqual(self.refusal(make_pdf("Agreement")[:400]), "broken")
        self.assertEqual(self.refusal(b"PK\3\4 not a PDF"), "not_pdf")
        writer, output = PdfWriter(PdfReader(io.BytesIO(make_pdf("Agreement")))), io.BytesIO()
        writer.encrypt("secret", algorithm="AES-256")
        writer.write(output)
        self.assertEqual(self.refusal(output.getvalue()), "encrypted")

    def test_too_big(self):
        pdf = make_pdf("Agreement")
        response = self.drop(pdf + b"\n%" * (13 * 2**20))
        self.assertIn('data-refused="too_big"', response.text)
        self.assertIn("larger than 25 MB", response.text)

    def test_nothing_at_all(self):
        response = self.drop(b"")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please choose a PDF first", response.text)


@tagged("post_install", "-at_install")
class TestNoLeak(VerifyCase):
    """A stranger learns no more than the file tells."""

    def set_the_scene(self):
        viewer = {"partner_id": self.second.id, "action": "view"}
        self.envelope = self.completed(self.customer, viewer, message="Internal remark")

    def test_nothing_but_names(self):
        envelope = self.envelope
        text = self.drop(self.kept_pdf(envelope)).text
        for secret in (
            "@example",
            "192.0.2.7",
            "Test browser",
            "Internal remark",
            envelope.user_id.name,
            self.second.name,
            "/odoo/",
            "evidence:",
        ):
            self.assertNotIn(secret, text)

    def test_foreign_file_with_our_number(self):
        """The number printed in a file is not believed, nor are its fields' names."""
        envelope = self.envelope
        response = self.drop(self.foreign_pdf(text=f"Number: {envelope.reference}"))
        self.assertEqual(self.answers(response), NOTHING)
        for secret in (envelope.reference, self.company.name, "Clara", envelope.name + " 1"):
            self.assertNotIn(secret, response.text)

    def test_look_alike(self):
        """An authority with our name is as unknown as any other."""
        response = self.drop(self.foreign_pdf(organisation=self.company.name))
        self.assertEqual(self.answers(response), NOTHING)
        self.assertNotIn("Root certificate of", response.text)

    def test_our_certificate_on_another_document(self):
        """What was never recorded is not genuine, even if our authority has signed it."""
        found = self.env["esign.authority"]._get_for(self.company)
        leaf = authority.issue_leaf(
            found._certificate("issuing"), found._private_key("issuing"), common_name="Eve"
        )
        signer = KeptKeySigner.from_leaf(
            leaf, [found._certificate("issuing"), found._certificate("root")]
        )
        frozen = freeze(make_pdf("Forged"), [SignerFields("s1", 0, None, ())])
        pdf = approve(certify(frozen, signer).pdf, signer, field="s1", values={}, stamp=Stamp()).pdf
        self.assertEqual(
            self.check(pdf),
            {
                "file": ("amber", "unknown"),
                "signers": ("amber", "unknown"),
                "log": ("red", "no_record"),
            },
        )

    def test_markup_in_the_name_of_the_file(self):
        response = self.drop(make_pdf("X"), name="<script>alert(1)</script>.pdf")
        self.assertNotIn("<script>alert", response.text)
        self.assertIn("alert(1)", response.text)

    def test_nothing_is_written(self):
        envelope = self.envelope
        before = self.snapshot(envelope)
        attachments = self.env["ir.attachment"].sudo().search_count([])
        self.check(self.kept_pdf(envelope))
        self.url_open(f"/esign/verify/{envelope.reference}")
        self.assertEqual(self.snapshot(envelope), before)
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), attachments)


@tagged("post_install", "-at_install")
class TestDatabaseOwner(VerifyCase):
    """Who can write to the tables can't make the page say what isn't so."""

    def set_the_scene(self):
        self.envelope = self.completed()
        self.pdf = self.kept_pdf(self.envelope)

    def run_sql(self, *statements):
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE esign_event DISABLE TRIGGER USER")
        for statement in statements:
            self.env.cr.execute(statement, {"id": self.envelope.id})
            self.assertTrue(self.env.cr.rowcount, statement)
        self.env.invalidate_all()

    def test_edited_line(self):
        self.run_sql(
            """UPDATE esign_event SET data = replace(data, 'Clara', 'Carla')
                WHERE envelope_id = %(id)s AND code = 'signed'"""
        )
        answers = self.check(self.pdf)
        self.assertEqual(answers["file"], ("green", "final"))
        self.assertEqual(answers["log"], ("red", "broken"))
        response = self.url_open(f"/esign/verify/{self.envelope.reference}")
        self.assertEqual(self.answers(response)["log"], ("red", "broken"))

    def test_emptied_log(self):
        self.run_sql("DELETE FROM esign_event WHERE envelope_id = %(id)s")
        self.assertEqual(
            self.check(self.pdf),
            {
                "file": ("red", "unlogged"),
                "signers": ("red", "unrecorded"),
                "log": ("red", "broken"),
            },
        )

    def test_nonsense_in_the_log(self):
        self.run_sql(
            "UPDATE esign_event SET data = '[1]' WHERE envelope_id = %(id)s AND code = 'sealed'",
            """UPDATE esign_event SET data = '{"document": {}, "sha256": []}'
                WHERE envelope_id = %(id)s AND code = 'certified'""",
        )
        self.assertEqual(self.check(self.pdf)["log"], ("red", "broken"))

    def test_replaced_file(self):
        """The half-signed file is passed off as the final one."""
        frozen = self.kept_pdf(self.envelope, "frozen")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_document SET sealed_sha256 = frozen_sha256 WHERE envelope_id = %s",
            (self.envelope.id,),
        )
        self.env.invalidate_all()
        answers = self.check(frozen)
        self.assertEqual(answers["file"], ("red", "unlogged"))
        self.assertEqual(answers["log"], ("red", "another"))
        self.assertEqual(self.check(self.pdf)["file"], ("green", "renewed"))

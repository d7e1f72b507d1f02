"""The certificate of completion: who gets which, what it says, and what happens without it."""

import hashlib
from unittest.mock import patch

import pypdfium2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.esign_job import JobRefused
from ..pades.validate import check_sealed
from .actors import ActorCase
from .common import NETWORK


def text_of(pdf):
    """Return the text of a PDF with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [
            document[number].get_textpage().get_text_bounded() for number in range(len(document))
        ]
    return " ".join(" ".join(pages).split())


def names_of(mail):
    """Return the names of the files that came with a mail."""
    return [part.get_filename() for part in mail.iter_attachments()]


class CertificateCase(ActorCase):
    def speak(self, *codes):
        for code in codes:
            self.env["res.lang"]._activate_lang(code)

    def text(self, envelope, lang=None):
        return text_of(envelope._certificate_for(lang or self.env.lang)._read_kept())


@tagged("post_install", "-at_install")
class TestCertificate(CertificateCase):
    def test_sealed_on_its_own(self):
        envelope = self.sign_all(self.send_new())
        certificate = envelope.certificate_ids
        pdf = certificate._read_kept()
        plan = envelope._company_plan()
        problems = check_sealed(
            pdf,
            roots=plan.roots,
            stamp_roots=plan.stamp_roots,
            expected_fields=["company", "archive_1"],
            level="B-LTA",
        )
        self.assertFalse(problems)
        [event] = envelope.event_ids.filtered(lambda e: e.code == "certificate_made")
        facts = event._facts()
        self.assertEqual(facts["sha256"], hashlib.sha256(pdf).hexdigest())
        self.assertEqual(facts["language"], "en_US")
        self.assertEqual(facts["certificate"]["subject"], self.company.name)
        self.assertFalse(envelope._verify_log())

    def test_one_for_each_language(self):
        self.speak("de_DE", "cs_CZ")
        envelope = self.send_new(
            [
                {"partner_id": self.customer.id, "lang": "de_DE"},
                {"partner_id": self.second.id, "lang": "cs_CZ"},
                {"partner_id": self.third.id, "lang": "de_DE", "action": "copy"},
            ]
        )
        self.sign_all(envelope)
        made = envelope.certificate_ids
        self.assertEqual(sorted(made.mapped("lang")), ["cs_CZ", "de_DE"])
        for signer in envelope.signer_ids:
            [mail] = [
                m for m in self.mails_to(signer.email) if "Agreement 1 - signed.pdf" in names_of(m)
            ]
            contents = [part.get_content() for part in mail.iter_attachments()]
            mine = made.filtered(lambda c, signer=signer: c.lang == signer.lang)
            self.assertIn(mine._read_kept(), contents)
            self.assertEqual(len(contents), 2)
        # the responsible user reads neither: the first participant's is taken
        contents = [
            p.get_content() for p in self.mails_to(self.sender.email)[-1].iter_attachments()
        ]
        self.assertIn(made.filtered(lambda c: c.lang == "de_DE")._read_kept(), contents)

    def test_language_of_who_was_not_needed_is_left_out(self):
        self.speak("de_DE")
        group = {"quorum_group": "board", "quorum": 1}
        envelope = self.send_new(
            [
                {"partner_id": self.customer.id, **group},
                {"partner_id": self.second.id, "lang": "de_DE", **group},
            ]
        )
        self.sign(envelope.signer_ids[0])
        self.run_jobs()
        self.assertEqual(envelope.certificate_ids.mapped("lang"), ["en_US"])

    def test_broken_report_holds_up_the_copies_alone(self):
        seller = self._make_user("seller", "Sara Seller", "sales_team.group_sale_salesman")
        order = self.env["sale.order"].with_user(seller).create({"partner_id": self.customer.id})
        envelope = self.make_envelope(user=seller, res_model="sale.order", res_id=order.id)
        self.send(envelope)
        done = []
        with (
            patch.object(
                type(envelope),
                "_render_certificate",
                side_effect=JobRefused("the report is broken"),
            ),
            patch.object(type(order), "_esign_on_completed", lambda *_args: done.append(1)),
        ):
            self.sign(envelope.signer_ids)
            self.run_jobs(allow_failures=True)
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(done, [1])
        self.assertTrue(envelope.needs_attention)
        self.assertIn("the report is broken", envelope.attention_reason)
        self.assertNotIn("delivered", self.codes(envelope))
        self.assertFalse(envelope._kept_package())
        for method in ("action_open_certificate", "action_open_package"):
            with self.assertRaisesRegex(UserError, "still being created"):
                getattr(envelope.with_user(seller), method)()
        envelope.with_user(seller).action_retry()
        self.run_jobs()
        self.assertFalse(envelope.needs_attention)
        self.assertEqual(self.codes(envelope).count("delivered"), 2)
        self.assertTrue(envelope._kept_package())

    def test_filed_once_beside_the_document(self):
        envelope = self.make_envelope(
            res_model="res.partner", res_id=self.customer.id, user=self.esign_admin
        )
        self.sign_all(self.send(envelope))
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        filed = self.env["ir.attachment"].search([*domain, ("mimetype", "=", "application/pdf")])
        kept = {envelope.document_ids._read_pdf("sealed"), envelope.certificate_ids._read_kept()}
        self.assertEqual(set(filed.mapped("raw")), kept)
        self.assertFalse(envelope._file_on(self.customer), "each only once")

    def test_nobody_changes_it(self):
        envelope = self.sign_all(self.send_new())
        for kept in (envelope.certificate_ids, envelope.package_ids):
            for user in (self.sender, self.esign_admin):
                for method, *args in (
                    ("write", {"sha256": "0"}),
                    ("write", {"attachment_id": False}),
                    ("unlink",),
                    ("copy",),
                    ("create", {"envelope_id": envelope.id, "lang": "xx"}),
                ):
                    self.assertRefused(
                        user, kept._name, method, *([] if method == "create" else [kept.ids]), *args
                    )
                attachment = kept.attachment_id
                for method, *args in (
                    ("write", {"raw": "x"}),
                    ("write", {"res_id": 0}),
                    ("unlink",),
                ):
                    self.assertRefused(user, "ir.attachment", method, attachment.ids, *args)
            with self.assertRaises(UserError):
                kept.sudo().write({"sha256": "0"})
            with self.assertRaises(AccessError):
                kept.sudo().attachment_id.write({"raw": b"x"})
            with self.assertRaises(UserError):
                kept.sudo().unlink()

    def test_who_may_read_it(self):
        envelope = self.send_new([self.customer, {"partner_id": self.manager.partner_id.id}])
        self.sign_all(envelope)
        for user in (self.sender, self.all_documents, self.manager):
            for method in ("action_open_certificate", "action_open_package"):
                action = self.rpc(user, "esign.envelope", method, envelope.ids)
                attachment = int(action["url"].split("/")[-1].split("?")[0])
                self.assertTrue(self.rpc(user, "ir.attachment", "read", [attachment], ["datas"]))
        for user in (self.colleague, self.foreigner, self.portal, self.no_groups):
            for method in ("action_open_certificate", "action_open_package", "action_make_package"):
                self.assertRefused(user, "esign.envelope", method, envelope.ids)
            for kept in (envelope.certificate_ids, envelope.package_ids):
                self.assertFindsNothing(user, kept._name, kept.ids)
                self.assertRefused(user, kept._name, "read", kept.ids, ["sha256"])
                self.assertFindsNothing(user, "ir.attachment", kept.attachment_id.ids)
                self.assertRefused(user, "ir.attachment", "read", kept.attachment_id.ids, ["datas"])


@tagged("post_install", "-at_install")
class TestCertificatePrinted(CertificateCase):
    draw_certificate = False

    def test_what_it_says(self):
        group = {"quorum_group": "board", "quorum": 1}
        envelope = self.send_new(
            [
                {"partner_id": self.customer.id, "role": "Tenant"},
                {"partner_id": self.second.id, "action": "approve"},
                {"partner_id": self.third.id, **group},
                {"partner_id": self.portal.partner_id.id, **group},
                {"partner_id": self.other_portal.partner_id.id, "action": "view"},
            ],
            documents=3,
        )
        signers = envelope.signer_ids
        signers[0]._ask("Is \U00012000 in it?", NETWORK)
        self.sign(
            signers[0], signature={**self.consent(signers[0])["signature"], "name": "C. Customer"}
        )
        self.sign_all(envelope)
        text = self.text(envelope)
        for expected in (
            "Certificate of completion",
            envelope.reference,
            f"/esign/verify/{envelope.reference}",
            self.company.name,
            "Sam Sender",
            "Clara Customer",
            "as typed: “C. Customer”",
            "Tenant · clara@example.org",
            "has signed",
            "has approved",
            "was not needed: 1 of the group were enough",
            "received it to read",
            "personal link, emailed to clara@example.org",
            "192.0.2.7",
            signers[0].signature_ids.consent_version,
            "You don't have to sign this way",
            "a simple electronic signature (eIDAS, Art. 3(10))",
            "None of them is a qualified electronic signature",
            "come from the clock of",
            "The envelope is completed",
            "Is [U+12000] in it?",
        ):
            self.assertIn(expected, text)
        squeezed = text.replace(" ", "")
        for document in envelope.document_ids:
            self.assertIn(document.name, text)
            self.assertIn(document.frozen_sha256, squeezed)
            self.assertIn(document.sealed_sha256, squeezed)
        before = envelope.event_ids.sorted("seq").filtered(
            lambda e: e.code == "consequence_run" or e.code == "completed"
        )
        self.assertIn(before[-1].hash, squeezed, "the state of the log that its seal is bound to")
        self.assertNotIn("TEST", text)

    def test_test_mode_is_loud(self):
        self.company._esign_seal().state = "test"
        text = self.text(self.sign_all(self.send_new()))
        self.assertIn("TEST The seal was in test mode", text)

    def test_test_mode_stays_loud(self):
        seal = self.company._esign_seal()
        seal.state = "test"
        envelope = self.send_new()
        seal.state = "enabled"
        self.assertIn("TEST The seal was in test mode", self.text(self.sign_all(envelope)))

    def test_times_as_the_reader_writes_them(self):
        self.speak("de_DE")
        self.sender.tz = "Europe/Vienna"
        envelope = self.send_new([{"partner_id": self.customer.id, "lang": "de_DE"}])
        self.sign_all(envelope)
        text = self.text(envelope, "de_DE")
        self.assertRegex(text, r"\d\d\.\d\d\.\d{4},? \d\d:\d\d:\d\d \(UTC\+0[12]00\)")
        self.assertIn("Europe/Vienna", text)

    def test_long_logs_are_cut_short(self):
        envelope = self.send_new()
        for number in range(300):
            envelope._log("reminded", {**envelope.signer_ids._evidence_facts(), "number": number})
        self.sign_all(envelope)
        pdf = envelope.certificate_ids._read_kept()
        with pypdfium2.PdfDocument(pdf) as document:
            self.assertLessEqual(len(document), 6)
        self.assertIn("Shown are 60 of the 31", text_of(pdf))

    def test_nothing_is_certified_before(self):
        envelope = self.send_new()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        with self.assertRaisesRegex(UserError, "not completed"):
            report._render_qweb_pdf("odoo_esign.action_report_certificate", envelope.ids)

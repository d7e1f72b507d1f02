"""What the public page says of a number or a file, and to whom."""

import base64
import io
import re
from contextlib import contextmanager

from lxml import html as lxml_html
from pypdf import PdfReader, PdfWriter

from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..controllers import slots
from ..pades import authority
from ..pades.appearance import Stamp
from ..pades.fields import SignerFields, freeze
from ..pades.seal import approve, certify
from ..pades.signer import KeptKeySigner
from .common import EsignHttpCase, make_pdf

GREEN = {"file": ("green", "final"), "signers": ("green", "certain"), "log": ("green", "agrees")}
NOTHING = {"file": ("amber", "foreign"), "signers": ("amber", "foreign"), "log": ("amber", "none")}


class VerifyCase(EsignHttpCase):
    def setUp(self):
        super().setUp()
        self.be()

    def token(self):
        page = self.url_open("/esign/verify").text
        return re.search(r'name="csrf_token" value="(\w+)"', page)[1]

    def drop(self, pdf, name="contract.pdf"):
        """Post a file as the form does; return the answer."""
        return self.url_open(
            "/esign/verify",
            data={"csrf_token": self.token()},
            files={"pdf": (name, io.BytesIO(pdf), "application/pdf")},
            timeout=60,
        )

    def answers(self, response):
        """Return colour and code of each answer on the page."""
        page = lxml_html.fromstring(response.content)
        return {
            card.get("data-name"): (card.get("data-colour"), card.get("data-code"))
            for card in page.iterfind(".//article")
        }

    def check(self, pdf):
        """Return the answers for a file."""
        response = self.drop(pdf)
        self.assertEqual(response.status_code, 200)
        return self.answers(response)

    def refusal(self, pdf):
        """Return why a file can't be checked."""
        response = self.drop(pdf)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.answers(response), {})
        return re.search(r'data-refused="(\w+)"', response.text)[1]

    @staticmethod
    def kept_pdf(envelope, revision="sealed"):
        return envelope.document_ids[0][f"{revision}_attachment_id"].sudo().raw

    def completed(self, *signers, **options):
        return self.sign_all(self.send_new(list(signers or [self.customer]), **options))

    def foreign_pdf(self, text="Agreement", organisation="Elsewhere Ltd"):
        """Return a PDF that another system has certified and somebody has signed there."""
        ca = authority.create_authority(organisation, "FR")

        def signer(name):
            leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name=name)
            return KeptKeySigner.from_leaf(leaf, [ca.issuing_cert, ca.root_cert])

        frozen = freeze(make_pdf(text), [SignerFields("s1", 0, None, ())])
        certified = certify(frozen, signer(organisation))
        zoe = signer("Zoe Elsewhere")
        return approve(certified.pdf, zoe, field="s1", values={}, stamp=Stamp()).pdf


@tagged("post_install", "-at_install")
class TestStrangerWithFile(VerifyCase):
    def test_final(self):
        envelope = self.completed(self.customer, self.second)
        response = self.drop(self.kept_pdf(envelope))
        self.assertEqual(self.answers(response), GREEN)
        for text in (
            "Clara Customer",
            "Sven Second",
            "by a personal link that was sent by mail",
            "A simple electronic signature",
            "PAdES B-LTA",
            f"by the clock of {self.company.name} itself",
            envelope.reference,
            envelope.document_ids.sealed_sha256,
        ):
            self.assertIn(text, response.text)

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
            {"file": ("amber", "unsigned"), "signers": ("red", "nobody"), "log": ("amber", "none")},
        )

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

    def test_nothing_but_names(self):
        viewer = {"partner_id": self.second.id, "action": "view"}
        envelope = self.completed(self.customer, viewer, message="Internal remark")
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
        envelope = self.completed()
        response = self.drop(self.foreign_pdf(text=f"Number: {envelope.reference}"))
        self.assertEqual(self.answers(response), NOTHING)
        for secret in (envelope.reference, self.company.name, "Clara", envelope.name + " 1"):
            self.assertNotIn(secret, response.text)

    def test_look_alike(self):
        """An authority with our name is as unknown as any other."""
        response = self.drop(self.foreign_pdf(organisation=self.company.name))
        self.assertEqual(self.answers(response), NOTHING)
        self.assertNotIn("Root certificate:", response.text)

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
        envelope = self.completed()
        before = self.snapshot(envelope)
        attachments = self.env["ir.attachment"].sudo().search_count([])
        self.check(self.kept_pdf(envelope))
        self.url_open(f"/esign/verify/{envelope.reference}")
        self.assertEqual(self.snapshot(envelope), before)
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), attachments)


@tagged("post_install", "-at_install")
class TestDatabaseOwner(VerifyCase):
    """Who can write to the tables can't make the page say what isn't so."""

    def setUp(self):
        super().setUp()
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


@tagged("post_install", "-at_install")
class TestNumber(VerifyCase):
    def test_completed(self):
        envelope = self.completed(documents=2)
        response = self.url_open(f"/esign/verify/{envelope.reference}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            self.answers(response), {"number": ("green", "completed"), "log": ("green", "whole")}
        )
        for document in envelope.document_ids:
            self.assertIn(document.sealed_sha256, response.text)
            self.assertNotIn(document.name, response.text)
        for secret in ("Clara", "@example", envelope.user_id.name):
            self.assertNotIn(secret, response.text)

    def test_open_and_cancelled(self):
        envelope = self.send_new()
        address = f"/esign/verify/{envelope.reference}"
        self.assertEqual(self.answers(self.url_open(address))["number"], ("amber", "open"))
        envelope.with_user(self.sender).action_cancel()
        self.assertEqual(self.answers(self.url_open(address))["number"], ("amber", "cancelled"))

    def test_draft_is_not_known(self):
        envelope = self.make_envelope()
        response = self.url_open(f"/esign/verify/{envelope.reference}")
        self.assertEqual(response.status_code, 404)

    def test_wrong(self):
        for number in ("22222-22222-22222-22222", "%25", "x' OR 1=1 --", "A" * 300):
            response = self.url_open(f"/esign/verify/{number}")
            self.assertEqual(response.status_code, 404, number)
            self.assertEqual(self.answers(response), {})

    def test_typed(self):
        envelope = self.completed()
        typed = f" {envelope.reference.lower()} "
        response = self.url_open(
            "/esign/verify", data={"csrf_token": self.token(), "number": typed}
        )
        self.assertTrue(response.url.endswith(envelope.reference))
        self.assertEqual(self.answers(response)["number"], ("green", "completed"))


@tagged("post_install", "-at_install")
class TestUsers(VerifyCase):
    """The fourth answer is for those who may read the envelope."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._make_user(
            "seller",
            "Sara Seller",
            "sales_team.group_sale_salesman",
            "odoo_esign.group_esign_user",
        )
        cls.product = cls.env["product.product"].create({"name": "Machine", "taxes_id": False})

    def signed_order(self):
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "require_payment": False,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )
        )
        envelope = self.make_envelope(
            user=self.seller, res_model="sale.order", res_id=order.id
        )
        self.sign_all(self.send(envelope))
        self.assertEqual(envelope.state, "completed")
        return order.sudo(), envelope

    def fourth(self, user, pdf):
        self.be(user)
        return self.check(pdf).get("record")

    def test_record(self):
        order, envelope = self.signed_order()
        pdf = self.kept_pdf(envelope)
        self.assertEqual(self.fourth(self.seller, pdf), ("green", "same"))
        for user in (
            None,
            self.portal,
            self.no_groups,
            self.colleague,
            self.foreigner,
        ):
            self.assertIsNone(self.fourth(user, pdf), user)
        self.be(self.foreigner)
        self.assertNotIn("/odoo/", self.drop(pdf).text)
        self.assertEqual(self.fourth(self.all_documents, pdf), ("green", "same"))
        order.order_line.price_unit = 99.0
        self.env.flush_all()
        self.assertEqual(self.fourth(self.seller, pdf), ("red", "changed"))
        self.be(self.seller)
        response = self.url_open(f"/esign/verify/{envelope.reference}")
        self.assertEqual(self.answers(response)["record"], ("red", "changed"))

    def test_cancelled_record(self):
        order, envelope = self.signed_order()
        order._action_cancel()
        self.env.flush_all()
        self.assertEqual(
            self.fourth(self.seller, self.kept_pdf(envelope)), ("amber", "cancelled")
        )

    def test_no_record(self):
        envelope = self.completed()
        self.be(self.sender)
        response = self.drop(self.kept_pdf(envelope))
        self.assertEqual(self.answers(response), GREEN)
        self.assertIn(f"/odoo/action-odoo_esign.action_esign_envelope/{envelope.id}", response.text)


@tagged("post_install", "-at_install")
class TestManners(VerifyCase):
    def test_post_needs_the_token(self):
        for data in ({}, {"csrf_token": "0"}):
            response = self.url_open(
                "/esign/verify",
                data=data,
                files={"pdf": ("x.pdf", io.BytesIO(make_pdf("X")), "application/pdf")},
            )
            self.assertEqual(response.status_code, 400)

    def test_headers(self):
        envelope = self.completed()
        for response in (
            self.url_open("/esign/verify"),
            self.url_open(f"/esign/verify/{envelope.reference}"),
            self.drop(self.kept_pdf(envelope)),
            self.url_open("/esign/trust"),
        ):
            self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
            self.assertIn("no-store", response.headers["Cache-Control"])
            self.assertIn("frame-ancestors 'none'", response.headers["Content-Security-Policy"])
            self.assertIn("noindex", response.headers["X-Robots-Tag"])

    def test_language_of_the_visitor(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.flush_all()
        self.opener.cookies.pop("frontend_lang", None)
        response = self.url_open("/esign/verify", headers={"Accept-Language": "fr-FR,fr;q=0.9"})
        self.assertIn('lang="fr-FR"', response.text)
        self.assertEqual(response.status_code, 200)

    @contextmanager
    def taken(self, group, numbers):
        """Another worker holds these places."""
        with db_connect(self.env.cr.dbname).cursor() as other:
            for number in numbers:
                other.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (group, number))
                self.assertTrue(other.fetchone()[0])
            yield

    def test_busy(self):
        pdf = make_pdf("Agreement")
        mine = slots.address_numbers("127.0.0.1")
        for group, numbers in ((slots.ALL, range(slots.SLOTS)), (slots.ADDRESS, mine)):
            with self.taken(group, numbers):
                response = self.drop(pdf)
                self.assertEqual(response.status_code, 503)
                self.assertEqual(response.headers["Retry-After"], "5")
                self.assertIn("try again in a few seconds", response.text)
                self.assertEqual(self.answers(response), {})
        with self.taken(slots.ALL, range(slots.SLOTS - 1)):
            self.assertIn("file", self.check(pdf))
        with self.taken(slots.ADDRESS, slots.address_numbers("192.0.2.1")):
            self.assertIn("file", self.check(pdf))


@tagged("post_install", "-at_install")
class TestTrust(VerifyCase):
    def test_root(self):
        found = self.env["esign.authority"]._get_for(self.company)
        der = base64.b64decode(found.root_cert)
        mark = next(
            mark for mark, root in self.env["esign.verification"]._roots().items()
            if root.der == der
        )
        page = self.url_open(f"/esign/trust/{mark}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(f"Root certificate of {self.company.name}", " ".join(page.text.split()))
        self.assertIn(mark, page.text)
        file = self.url_open(f"/esign/verify/root/{mark}.crt")
        self.assertEqual(file.status_code, 200)
        self.assertEqual(file.content, der)
        self.assertIn("attachment", file.headers["Content-Disposition"])

    def test_nothing_is_listed(self):
        self.env["esign.authority"]._get_for(self.company)
        page = self.url_open("/esign/trust")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.company.name, page.text)
        self.assertNotIn("/esign/verify/root", page.text)

    def test_wrong(self):
        for mark in ("0" * 64, "x", "..", "A" * 64):
            self.assertEqual(self.url_open(f"/esign/trust/{mark}").status_code, 404, mark)
            self.assertEqual(self.url_open(f"/esign/verify/root/{mark}.crt").status_code, 404, mark)

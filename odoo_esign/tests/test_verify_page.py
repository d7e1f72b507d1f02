"""The verify page by number and for our users, its manners, and the page on trusting a root."""

import base64
import io
from contextlib import contextmanager

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..controllers import slots
from .common import make_pdf
from .people import new_quotation
from .verify_case import GREEN, VerifyCase


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
        order = new_quotation(self.seller, self.customer, self.product)
        envelope = self.make_envelope(user=self.seller, res_model="sale.order", res_id=order.id)
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
        self.assertEqual(self.fourth(self.seller, self.kept_pdf(envelope)), ("amber", "cancelled"))

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
            mark
            for mark, root in self.env["esign.verification"]._roots().items()
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

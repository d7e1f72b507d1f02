"""Codes by SMS, agreed codes, two proofs, and a login with a code."""

import re

from odoo.addons.sms.tests.common import MockSMS
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.esign_code import MAX_SENDS
from ..models.guard import unlocked
from .code_case import CodeCase


@tagged("post_install", "-at_install")
class TestSmsCode(CodeCase, MockSMS):
    method = "sms_code"

    def newest_code(self):
        return re.search(r"\d{6}", self._sms[-1]["body"])[0]

    def test_right_code(self):
        with self.mockSMSGateway():
            response = self.open_link(self.signer)
            self.assertIn("+420 ••• ••• 456", response.text)
            for number in ("777123456", "777 123 456"):
                self.assertNotIn(number, response.text)
            self.ask_code()
            self.assertEqual(self._sms[-1]["number"], "+420777123456")
            self.assertIn_(self.enter(self.newest_code()))
            bodies = self.env["sms.sms"].sudo().search([("number", "=", "+420777123456")])
            self.assertFalse(any(bodies.mapped("body")), "the code stays in the SMS")
            self.assertFalse(bodies.mail_message_id)

    def test_no_credit_no_code_no_signature(self):
        for error in ("credit", "unregistered", "server_error", "jsonrpc_exception"):
            envelope = self.make_envelope(
                [{"partner_id": self.customer.id, **self.identified_by()}]
            )
            self.send(envelope, allow_failures=True)
            self.signer, self.path = envelope.signer_ids, envelope.signer_ids._page_path()
            with self.mockSMSGateway(sim_error=error):
                self.open_link(self.signer)
                self.ask_code()
                self.assertFalse(self._sms)
                response = self.url_open(self.path)
            self.assertIn("could not be sent", response.text, error)
            self.assertEqual(self.code_of(response), "identify")
            self.env.invalidate_all()
            self.assertTrue(envelope.needs_attention)

    def test_too_many_that_failed(self):
        """Who has to wait is not told at the same time to try again."""
        with self.mockSMSGateway(sim_error="credit"):
            self.open_link(self.signer)
            for _number in range(MAX_SENDS):
                self.assertNotIn("Too many codes", self.ask_code().text)
            response = self.ask_code()
        self.assertIn("Too many codes", response.text)
        self.assertNotIn("could not be sent", response.text)

    def test_number_on_one_line(self):
        with self.mockSMSGateway():
            self.open_link(self.signer)
            response = self.ask_code()
        self.assertIn("sent to +420\u00a0•••\u00a0•••\u00a0456.", response.text)

    def test_numbers(self):
        self.customer.country_id = self.env.ref("base.cz")
        for phone, good in (
            ("777 123 456", True),
            ("00420777123456", True),
            ("+420777123456", True),
            ("12", False),
            ("call me", False),
            ("", False),
        ):
            draft = self.make_envelope(
                [{"partner_id": self.customer.id, "phone": phone, **self.identified_by()}]
            )
            if good:
                self.send(draft)
                way = self.env["esign.identification.sms_code"]
                self.assertEqual(way._address(draft.signer_ids), "+420777123456")
                continue
            with self.assertRaisesRegex(UserError, "phone"):
                draft.with_user(self.sender).action_send()


@tagged("post_install", "-at_install")
class TestAccessCode(CodeCase):
    method = "access_code"

    def identified_by(self):
        return {"identification": "access_code", "access_code": "Blue-Whale 7"}

    def test_right_code(self):
        self.assertAsked(self.open_link(self.signer))
        self.assertAsked(self.enter("blue whale 8"))
        self.assertIn_(self.enter("blue whale 7"))

    def test_capitals_of_a_code_that_was_kept_before(self):
        self.open_link(self.signer)
        kept = self.env["esign.code"]._keyed(f"access:{self.signer.id}", "BlueWhale7")
        unlocked(self.signer).write({"access_code_digest": kept})
        self.assertAsked(self.enter("bluewhale7"))
        self.assertIn_(self.enter("BlueWhale7"))

    def test_guesses(self):
        self.open_link(self.signer)
        for number in range(30):
            self.assertAsked(self.enter(f"guess {number:03}"))
        self.assertEqual(self.tries(), 15)
        self.assertAsked(self.enter("BlueWhale7"))

    def test_nobody_reads_it(self):
        for user in (self.sender, self.all_documents, self.esign_admin):
            value = self.rpc(user, "esign.signer", "read", self.signer.ids, ["access_code"])
            self.assertEqual(value[0]["access_code"], "••••••")
        self.env.cr.execute("SELECT to_jsonb(t)::text FROM esign_signer t")
        self.assertNotIn("Whale", " ".join(row for (row,) in self.env.cr.fetchall()))

    def test_it_is_wanted_before_sending(self):
        draft = self.make_envelope(
            [{"partner_id": self.customer.id, "identification": self.method}]
        )
        with self.assertRaisesRegex(UserError, "access code"):
            draft.with_user(self.sender).action_send()


@tagged("post_install", "-at_install")
class TestTwoProofs(CodeCase):
    def identified_by(self):
        return {
            "identification": "mail_code",
            "second_identification": "access_code",
            "access_code": "BlueWhale7",
        }

    def test_both_are_needed(self):
        self.open_link(self.signer)
        response = self.ask_code()
        self.assertRegex(response.text, r'(?s)aria-current="step">.*Code by email.*Access code')
        response = self.enter(self.newest_code())
        self.assertAsked(response)
        done_and_next = r'(?s)o_esign_good">.*Code by email.*aria-current="step">.*Access code'
        self.assertRegex(response.text, done_and_next)
        self.assertIn_(self.post_form("identify", code="BlueWhale7", method="access_code"))


@tagged("post_install", "-at_install")
class TestLoginAndCode(CodeCase):
    def identified_by(self):
        return {"identification": "login", "second_identification": "mail_code"}

    def set_the_scene(self):
        self.customer = self.manager.partner_id
        super().set_the_scene()

    def test_login_is_not_enough(self):
        self.be(self.manager)
        self.assertAsked(self.url_open(self.path))
        self.ask_code()
        response = self.enter(self.newest_code())
        self.assertIn_(response)
        self.assertTrue(self.post_sign(self.signer, self.page_of(response))["ok"])
        self.assertEqual(self.envelope.signature_ids.identification, "login+mail_code")
        self.be(self.colleague)
        self.assertEqual(self.code_of(self.url_open(self.path)), "login")

"""Invitations and reminders by SMS, by mail, or by both."""

import re

from odoo.addons.sms.tests.common import MockSMS
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LINK, EsignHttpCase

PHONE = "+420 777 123 456"


@tagged("post_install", "-at_install")
class TestChannels(EsignHttpCase, MockSMS):
    def setUp(self):
        super().setUp()
        self.customer.phone = PHONE

    def person(self, way, **values):
        return {"partner_id": self.customer.id, "invite_by": way, **values}

    def sent(self):
        return [(sms["number"], sms["body"]) for sms in self._sms]

    def test_by_sms_alone(self):
        """No mail address is needed, and none is used."""
        self.customer.email = False
        with self.mockSMSGateway():
            envelope = self.send_new([self.person("sms")])
        ((number, text),) = self.sent()
        self.assertEqual(number, "+420777123456")
        self.assertLess(len(text), 160, "one SMS")
        self.assertTrue(text.isascii(), "no letter that halves what an SMS holds")
        self.assertIn("Agreement", text)
        self.assertFalse(self.mails)
        self.be()
        page = self.page_of(self.url_open(LINK.search(text)[0]))
        signer = envelope.signer_ids
        self.assertTrue(self.post_sign(signer, page)["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        line = envelope.event_ids.filtered(lambda e: e.code == "invited")
        self.assertEqual(
            line.sentence, "Clara Customer was invited by SMS to +420 ••• ••• 456"
        )
        self.assertNotIn("777123", line.data)

    def test_by_both_with_one_link(self):
        with self.mockSMSGateway():
            envelope = self.send_new([self.person("both")])
        ((_number, text),) = self.sent()
        self.assertEqual(LINK.search(text)[0], self.link_of(envelope.signer_ids))
        line = envelope.event_ids.filtered(lambda e: e.code == "invited")
        self.assertIn("by email to clara@example.org and by SMS to +420", line.sentence)

    def test_nothing_is_kept(self):
        with self.mockSMSGateway():
            envelope = self.send_new([self.person("both")])
        self.env.flush_all()
        token = self.token_of(envelope.signer_ids)
        for table in ("sms_sms", "mail_message", "esign_job", "esign_event", "mail_mail"):
            self.env.cr.execute(
                f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id DESC LIMIT 40"
            )
            for (row,) in self.env.cr.fetchall():
                self.assertNotIn(token, row, table)
                self.assertNotIn("/esign/s/", row, table)
        self.assertFalse(self._new_sms.mail_message_id)

    def test_reminder(self):
        with self.mockSMSGateway():
            envelope = self.send_new([self.person("sms")])
            envelope.signer_ids.with_user(self.sender).action_remind()
            self.run_jobs()
        texts = [text for _number, text in self.sent()]
        self.assertEqual(len(texts), 2)
        self.assertIn("is waiting for you", texts[1])
        self.assertNotEqual(*(LINK.search(text)[0] for text in texts))

    def test_no_credit(self):
        """The sender sees why, and chooses another way."""
        with self.mockSMSGateway(sim_error="credit"):
            envelope = self.make_envelope([self.person("sms")])
            self.send(envelope, allow_failures=True)
            job = envelope.job_ids.filtered(lambda j: j.kind == "invite")
            self.assertIn("Insufficient Credit", job.error)
            self.assertNotIn("invited", self.codes(envelope))
            dialog = (
                self.env["esign.signer.change"]
                .with_user(self.sender)
                .with_context(default_signer_id=envelope.signer_ids.id)
                .create({"invite_by": "mail", "reason": "No credit"})
            )
            dialog.action_change()
            self.run_jobs(allow_failures=True)
        self.assertTrue(self.link_of(envelope.signer_ids))
        self.assertFalse(self.sent())

    def test_one_of_two_ways_fails(self):
        """What got out counts; what did not is shown, and nobody gets the mail twelve times."""
        with self.mockSMSGateway(sim_error="credit"):
            envelope = self.make_envelope([self.person("both")])
            self.send(envelope, allow_failures=True)
        self.assertEqual(len(self.mails_to(self.customer.email)), 1)
        self.env.invalidate_all()
        self.assertTrue(envelope.needs_attention)
        self.assertIn("Insufficient Credit", envelope.sudo().attention_reason)
        line = envelope.event_ids.filtered(lambda e: e.code == "invited")
        self.assertIn("by email to clara@example.org", line.sentence)
        self.assertNotIn("SMS", line.sentence)
        with self.mockSMSGateway():
            envelope.with_user(self.sender).action_retry()
            self.run_jobs()
        self.assertEqual(len(self.sent()), 1)

    def test_bad_numbers_are_refused_on_sending(self):
        for phone in (False, "12", "not a number", "+999 123"):
            self.customer.phone = phone
            envelope = self.make_envelope([self.person("sms")])
            with self.assertRaisesRegex(UserError, "phone"):
                envelope.with_user(self.sender).action_send()

    def test_the_country_comes_from_the_contact(self):
        self.customer.write({"country_id": self.env.ref("base.de").id, "phone": "030 901820"})
        with self.mockSMSGateway():
            self.send_new([self.person("sms")])
        self.assertEqual(self.sent()[0][0], "+4930901820")

    def test_the_message_again(self):
        """Asked for on the page, where the address is only hinted at."""
        with self.mockSMSGateway():
            envelope = self.send_new([self.person("sms")])
            signer = envelope.signer_ids
            self.be()
            response = self.url_open(signer._page_path())
            self.assertIn("+420 ••• ••• 456", response.text)
            self.assertNotIn("clara", response.text)
            token = re.search(r'name="csrf_token" value="(\w+)"', response.text)[1]
            response = self.url_open(f"{signer._page_path()}/resend", {"csrf_token": token})
            self.assertIn("+420 ••• ••• 456", response.text)
            self.run_jobs()
        self.assertEqual(len(self.sent()), 2)

"""Mails that come back, and those that are confirmed: as the mail servers of the world write it."""

import email
import json
from email import policy
from email.message import EmailMessage

from odoo.addons.sms.tests.common import MockSMS
from odoo.tests import tagged

from ..models.delivery_report import quoted_ids, read_report
from .common import EsignCase

FAILED = "Action: failed\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status} {text}\n"


def report(mail, blocks, sender="MAILER-DAEMON@mx.example.org"):
    """Return what a mail server answers to ``mail``, as RFC 3464 has it."""
    message_id = mail["Message-Id"]
    return (
        f"From: {sender}\n"
        "To: bounce@company.example.com\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        f"Message-Id: <bounce-{hash(blocks)}@mx.example.org>\n"
        "Auto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "--B\nContent-Type: text/plain\n\nThis is the mail system at host mx.example.org.\n\n"
        "--B\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; {mail['To']}\n{blocks}\n"
        "--B\nContent-Type: text/rfc822-headers\n\n"
        f"Message-Id: {message_id}\nSubject: Please sign\n\n"
        "--B--\n"
    )


@tagged("post_install", "-at_install")
class TestPost(EsignCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.customer, self.second])
        self.signer = self.envelope.signer_ids[0]

    def test_mail_says_its_language_and_direction(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.third.lang = "ar_001"
        self.send_new([self.third], message="Here it is.")
        arabic, english = (
            self.body_of(self.mails_to(person.email)[-1]) for person in (self.third, self.second)
        )
        self.assertRegex(arabic, r'<div lang="ar-001" dir="rtl">')
        self.assertRegex(english, r'<div lang="en-US" dir="ltr">')
        self.assertRegex(arabic, r'<p dir="auto" [^>]*>Here it is\.</p>')

    def newest_mail(self):
        return self.mails_to(self.signer.email)[-1]

    def receive(self, text):
        self.env["mail.thread"].message_process(False, text)
        self.run_jobs()
        self.env.invalidate_all()

    def bounce(self, status="5.1.1", text="no such user", mail=None):
        self.receive(report(mail or self.newest_mail(), FAILED.format(status=status, text=text)))

    def lines(self, code):
        return self.envelope.event_ids.filtered(lambda e: e.code == code)

    def warnings(self):
        kind = self.env.ref("odoo_esign.mail_activity_bounce")
        return self.envelope.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    # ------------------------------------------------------------- what goes out
    def test_nothing_in_the_mail_reveals_the_link(self):
        mail, token = self.newest_mail(), self.token_of(self.signer)
        headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
        for part in (token, self.signer.access_ref, token[:12]):
            self.assertNotIn(part, headers)
        posts = self.env["esign.post"].search([("signer_id", "=", self.signer.id)])
        self.assertEqual(posts.mapped("kind"), ["invite"])
        self.assertNotIn(mail["Message-Id"], str(posts.read()))
        self.assertNotIn(token, str(posts.read()))

    def test_comes_back_to_the_companys_address(self):
        domain = self.env["mail.alias.domain"].create({"name": "signing.example.com"})
        self.company.alias_domain_id = domain
        self.send_new()
        self.assertEqual(self.newest_mail()["Return-Path"], domain.bounce_email)

    # ------------------------------------------------------------- coming back
    def test_bounce_shows_and_is_logged(self):
        self.bounce()
        line = self.lines("bounced")
        self.assertEqual(len(line), 1)
        facts = json.loads(line.data)
        self.assertEqual((facts["signer"], facts["status"]), (self.signer.id, "5.1.1"))
        self.assertEqual((facts["mail"], facts["channel"]), ("invite", "mail"))
        self.assertEqual(
            line.sentence,
            "The email to Clara Customer at clara@example.org bounced: the address does not "
            "exist (5.1.1)",
        )
        self.assertEqual(line.tone, "bad")
        self.assertTrue(self.envelope.has_bounce)
        self.assertEqual(self.envelope.bounce_text, line.sentence)
        self.assertEqual(self.warnings().user_id, self.sender)
        self.assertFalse(self.envelope.signer_ids[1].mail_problem)
        # the same report once more
        self.bounce()
        self.assertEqual(len(self.lines("bounced")), 1)
        self.assertEqual(len(self.warnings()), 1)
        self.assertEqual(self.envelope._verify_log(), [])

    def test_ends_when_sent_again(self):
        self.bounce()
        self.signer.with_user(self.sender).action_resend()
        self.assertTrue(self.envelope.has_bounce, "the mail is not out yet")
        first = self.newest_mail()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertFalse(self.envelope.has_bounce)
        self.assertFalse(self.warnings())
        # what the first mail's server says so late concerns nobody any more
        self.bounce("4.4.7", "expired", mail=first)
        self.assertFalse(self.envelope.has_bounce)
        self.bounce("5.2.2", "full")
        self.assertTrue(self.envelope.has_bounce)
        self.assertIn("the mailbox is full", self.signer.mail_problem)

    def test_ends_when_the_address_is_corrected(self):
        self.bounce()
        values = {"name": self.signer.name, "email": "clara.new@example.org"}
        self.signer.with_user(self.sender)._change_by_sender(values, "A typing mistake")
        self.assertFalse(self.envelope.has_bounce)
        self.assertFalse(self.warnings())
        self.run_jobs()
        self.assertTrue(self.mails_to("clara.new@example.org"))

    def test_ends_when_the_participant_is_here(self):
        self.bounce()
        self.sign(self.signer)
        self.assertFalse(self.envelope.has_bounce)
        self.assertFalse(self.warnings())

    def test_ends_with_the_envelope(self):
        self.bounce()
        self.envelope.with_user(self.sender).action_cancel()
        self.env.invalidate_all()
        self.assertFalse(self.envelope.has_bounce)
        self.assertFalse(self.warnings())

    def test_signed_copy(self):
        """Nothing waits for it any more, but the sender should know."""
        self.sign_all(self.envelope)
        messages = self.envelope.message_ids
        self.bounce("5.7.1", "attachment refused")
        self.assertIn("with the signed copy", self.lines("bounced").sentence)
        self.assertFalse(self.envelope.has_bounce)
        told = self.envelope.message_ids - messages
        self.assertIn("with the signed copy", told.body)
        self.assertEqual(told.notified_partner_ids, self.sender.partner_id)

    # ------------------------------------------------------------- arriving
    def test_confirmed_delivery(self):
        self.receive(report(self.newest_mail(), "Action: delivered\nStatus: 2.0.0\n"))
        self.assertIn("confirms that the email to Clara", self.lines("received").sentence)
        self.assertFalse(self.envelope.has_bounce)

    def test_delay_and_relay_say_nothing_yet(self):
        for action in ("delayed", "relayed", "expanded", "nonsense"):
            self.receive(report(self.newest_mail(), f"Action: {action}\nStatus: 4.4.1\n"))
        self.assertFalse(self.lines("bounced") | self.lines("received"))

    # ------------------------------------------------------------- forged and odd
    def test_strangers_reports(self):
        """Who does not know the Message-Id reaches nobody; nor does a mail of another's."""
        before = self.snapshot(self.envelope)
        fake = EmailMessage()
        fake["Message-Id"] = f"<1.2-openerp-private@{self.signer.access_ref}>"
        fake["To"] = self.signer.email
        self.bounce(mail=fake)
        self.assertEqual(self.snapshot(self.envelope), before)

    def test_reason_holds_no_link_and_no_markup(self):
        link = self.link_of(self.signer)
        self.bounce("5.0.0", f"<b>spam</b> {link} \x1b[31m {'x' * 1000}")
        line = self.lines("bounced")
        self.assertNotIn(link, line.data)
        self.assertLess(len(json.loads(line.data)["reason"]), 320)
        note = self.warnings().note
        self.assertNotIn("<b>", note)

    def test_absence_note_is_no_bounce(self):
        text = (
            f"From: {self.signer.email}\nTo: bounce@company.example.com\nSubject: Away\n"
            f"Message-Id: <away@example.org>\nIn-Reply-To: {self.newest_mail()['Message-Id']}\n"
            "Auto-Submitted: auto-replied\n\nI am on holiday.\n"
        )
        parsed = self.env["mail.thread"].message_parse(_parse(text))
        self.env["esign.post"]._note_mail_answer(_parse(text), parsed)
        self.assertFalse(self.envelope.job_ids.filtered(lambda j: j.kind == "returned"))

    def test_daemon_that_writes_prose(self):
        """As qmail does: no report, and the returned mail as text."""
        text = (
            "From: MAILER-DAEMON@mx.example.org\nTo: bounce@company.example.com\n"
            "Message-Id: <qmail@mx.example.org>\nSubject: failure notice\n\n"
            "Hi. This is the qmail-send program.\n"
            f"<{self.signer.email}>: does not like recipient. 550 5.1.1 unknown\n"
            "--- Below this line is a copy of the message.\n\n"
            f"Message-ID: {self.newest_mail()['Message-Id']}\nSubject: Please sign\n"
        )
        self.receive(text)
        self.assertIn("the address does not exist", self.lines("bounced").sentence)

    def test_what_is_no_report(self):
        for text in ("", "From: x\n\n", "Content-Type: message/delivery-status\n\nx", "\x00"):
            message = _parse(text)
            self.assertIsNone(read_report(message))
            self.assertEqual(quoted_ids(message), [])


@tagged("post_install", "-at_install")
class TestSmsPost(EsignCase, MockSMS):
    def setUp(self):
        super().setUp()
        self.customer.phone = "+420 777 123 456"
        self.envelope = self.send_new(
            [{"partner_id": self.customer.id, "identification": "sms_code"}]
        )
        self.signer = self.envelope.signer_ids
        with self.mockSMSGateway():
            self.assertIsNone(self.signer._queue_code("sms_code", "session"))
            self.run_jobs()
        post = self.env["esign.post"].search([("channel", "=", "sms")])
        self.tracker = self.env["sms.tracker"].search([("esign_post_id", "=", post.id)])
        self.assertTrue(self.tracker)

    def answer(self, code):
        self.run_jobs()
        self.env.invalidate_all()
        return self.envelope.event_ids.filtered(lambda e: e.code == code)

    def test_delivered(self):
        self.tracker._action_update_from_sms_state("sent")
        line = self.answer("received")
        self.assertEqual(
            line.sentence,
            "The provider confirms that the SMS to Clara Customer at +420 ••• ••• 456 was "
            "delivered",
        )
        for number in ("777123456", "777 123 456"):
            self.assertNotIn(number, line.data)

    def test_not_delivered(self):
        self.tracker._action_update_from_provider_error("not_delivered")
        line = self.answer("bounced")
        self.assertTrue(line.sentence.startswith("The SMS to Clara Customer"))
        self.assertTrue(self.envelope.has_bounce)


def _parse(text):
    return email.message_from_string(text, policy=policy.SMTP)

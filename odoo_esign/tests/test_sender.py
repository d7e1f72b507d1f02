"""The sender who would sign for the customer, and whoever looks for a link."""

import base64
import logging

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.guard import unlocked
from .actors import ActorCase
from .common import LINK, EsignHttpCase, make_pdf


class LogCatcher(logging.Handler):
    """Keeps every line that any logger writes, as it would stand in the file."""

    def __init__(self):
        super().__init__(level=logging.DEBUG)
        self.lines = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestSenderSigns(ActorCase):
    def test_documents_are_frozen(self):
        """The sender replaces the PDF after sending: refused, also in the moment between."""
        other = base64.b64encode(make_pdf("Other")).decode()
        envelope = self.make_envelope()
        document = envelope.document_ids
        envelope.with_user(self.sender).action_send()
        self.assertEqual(envelope.state, "preparing")
        for values in ({"upload": other}, {"name": "Other"}, {"source": "report"}):
            self.assertRefused(self.sender, "esign.document", "write", document.ids, values)
        self.run_jobs()
        before = document._read_pdf("frozen")
        self.assertRefused(self.sender, "esign.document", "write", document.ids, {"upload": other})
        self.sign_all(envelope)
        self.assertRefused(self.sender, "esign.document", "write", document.ids, {"upload": other})
        self.assertEqual(document._read_pdf("frozen"), before)

    def test_participants_stay(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        for values in (
            {"email": self.sender.email},
            {"partner_id": self.sender.partner_id.id},
            {"user_id": self.sender.id},
            {"name": "Sam Sender"},
            {"identification": "login"},
            {"action": "copy"},
            {"step": 9},
            {"quorum": 2, "quorum_group": "x"},
            {"lang": "fr_FR"},
        ):
            self.assertRefused(self.sender, "esign.signer", "write", signer.ids, values)

    def test_login_of_somebody_else(self):
        """A participant's login is the participant's own, whatever the sender writes."""
        for values in (
            {"partner_id": self.customer.id, "user_id": self.sender.id},
            {"partner_id": self.sender.partner_id.id, "user_id": self.manager.id},
            {"name": "Clara Customer", "email": "clara@example.org", "user_id": self.sender.id},
        ):
            for identification in ("link", "login"):
                with self.assertRaises(UserError):
                    self.make_envelope([{**values, "identification": identification}])

    def test_signs_as_the_own_contact_under_another_name(self):
        """Being logged in as the contact counts at the contact's own address alone."""
        envelope = self.make_envelope(
            [
                {
                    "partner_id": self.sender.partner_id.id,
                    "name": "Clara Customer",
                    "email": "clara@example.org",
                }
            ]
        )
        self.send(envelope)
        signer = envelope.signer_ids
        self.assertIsNone(signer._identify(None, self.sender))

    def test_own_signature_is_visible(self):
        """Nobody forbids signing what one sends; the log says it."""
        for signer_values, network, by_sender in (
            ({"partner_id": self.sender.partner_id.id}, {}, True),
            ({"partner_id": self.customer.id}, {"user_id": self.sender.id}, True),
            ({"partner_id": self.customer.id, "email": "Sender@example.com"}, {}, True),
            ({"partner_id": self.customer.id}, {}, False),
        ):
            envelope = self.send_new([signer_values])
            self.assertTrue(self.sign(envelope.signer_ids, network=network)["ok"])
            event = envelope.event_ids.filtered(lambda e: e.code == "signed")
            self.assertEqual(event._as_chain_event().data["by_sender"], by_sender, signer_values)

    def test_whoever_pressed_send_is_a_sender(self):
        """Also who has neither made the envelope nor is responsible for it."""
        envelope = self.make_envelope([self.all_documents.partner_id])
        envelope.with_user(self.all_documents).action_send()
        self.run_jobs()
        # somebody with the same address, who is no user
        unlocked(envelope.signer_ids).write({"user_id": False})
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        event = envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertTrue(event._as_chain_event().data["by_sender"])

    def test_several_addresses_in_one_field(self):
        self.sender.partner_id.email = "Sam <office@example.com>, sam@example.com"
        for email, by_sender in (("sam@example.com", True), ("sa@example.com", False)):
            envelope = self.send_new([{"partner_id": self.customer.id, "email": email}])
            self.assertEqual(envelope.signer_ids._is_sender(None), by_sender)

    def test_hands_over_to_hide(self):
        """Making somebody else responsible does not hide who made the envelope."""
        envelope = self.send_new([self.sender.partner_id])
        envelope.with_user(self.all_documents).write({"user_id": self.colleague.id})
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        event = envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertTrue(event._as_chain_event().data["by_sender"])

    def test_resend_goes_to_the_participant(self):
        envelope = self.send_new()
        self.mails.clear()
        result = self.rpc(self.sender, "esign.signer", "action_resend", envelope.signer_ids.ids)
        self.assertIn("Clara Customer", result["params"]["message"])
        self.run_jobs()
        self.assertNotIn(self.token_of(envelope.signer_ids), str(result))
        self.assertEqual(
            [mail["To"] for mail in self.mails], ['"Clara Customer" <clara@example.org>']
        )


@tagged("post_install", "-at_install")
class TestSenderOverHttp(EsignHttpCase):
    def test_sender_can_not_use_the_address(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        before = self.snapshot(envelope)
        for user in (self.sender, self.all_documents, self.esign_admin):
            self.be(user)
            response = self.url_open(signer._page_path())
            self.assertEqual(response.status_code, 403)
            self.assertEqual(self.code_of(response), "login")
            document = envelope.document_ids
            url = f"{signer._page_path()}/document/{document.id}"
            self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self.snapshot(envelope), before)

    def test_login_signer(self):
        """Who must log in signs by that login alone; a link is not even made."""
        envelope = self.send_new(
            [{"partner_id": self.colleague.partner_id.id, "identification": "login"}]
        )
        signer = envelope.signer_ids
        (mail,) = self.mails_to(signer.email)
        self.assertFalse(LINK.search(self.body_of(mail)))
        for user in (self.sender, self.esign_admin, self.portal):
            self.be(user)
            response = self.url_open(signer._page_path())
            self.assertEqual(response.status_code, 403, user.login)
            self.assertNotIn("owl-component", response.text)
        self.be()
        response = self.url_open(signer._page_path(), allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.be(self.colleague)
        page = self.page_of(self.url_open(signer._page_path()))
        answer = self.post_sign(signer, page)
        self.assertTrue(answer["ok"])
        # who came from Odoo finds the way back there
        back = f"/mail/view?model=esign.envelope&res_id={envelope.id}"
        self.assertEqual(answer["done"]["next_url"], back)
        self.assertIn(f"/odoo/esign.envelope/{envelope.id}", self.url_open(back).url)
        signature = envelope.signature_ids
        self.assertEqual(signature.identification, "login")
        self.assertEqual(signature.user_id, self.colleague)

    def test_server_log(self):
        """Nothing that the server writes down holds a link, from the first to the last step."""
        catcher = LogCatcher()
        root = logging.getLogger()
        levels = {name: logging.getLogger(name).level for name in ("", "werkzeug", "odoo.http")}
        for name in levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        root.addHandler(catcher)
        try:
            envelope = self.send_new([self.customer, self.second])
            first, second = envelope.signer_ids
            tokens = [self.token_of(signer) for signer in (first, second)]
            page = self.page_of(self.open_link(first))
            for url in (f"/esign/s/{tokens[0]}/x", f"/esign/s/{tokens[0]}?a=%s%d"):
                self.url_open(url)
            self.url_open(f"/esign/s/{tokens[0]}", method="POST", data={"a": "b"})
            self.post_sign(first, page)
            second.with_user(self.sender).action_resend()
            with self.mails_fail():
                self.run_jobs(allow_failures=True)
            self.url_open(f"/esign/s/{tokens[1]}")
        finally:
            root.removeHandler(catcher)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
        log = "\n".join(catcher.lines)
        self.assertIn("/esign/s/", log, "the requests themselves are logged")
        for token in tokens:
            self.assertNotIn(token, log)

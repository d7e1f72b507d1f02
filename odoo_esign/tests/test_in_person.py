"""The salesperson's own device in the customer's hands: nothing of the salesperson stays on it."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import EsignHttpCase

CODE = re.compile(r">(\d{6})<")


class InPersonCase(EsignHttpCase):
    def prepare(self, signer, user=None):
        """Press the button; return the address that it leads to."""
        action = self.rpc(user or self.sender, "esign.signer", "action_sign_here", signer.ids)
        self.assertEqual(action["type"], "ir.actions.act_url")
        return action["url"]

    def hand(self, url):
        """Press the button on that page."""
        response = self.url_open(url)
        found = re.search(r'name="csrf_token" value="(\w+)"', response.text)
        self.assertTrue(found, response.status_code)
        return self.url_open(f"{url}/now", {"csrf_token": found[1]}, allow_redirects=False)

    def hand_over(self, signer):
        """Be the sender, and hand the device over."""
        self.be(self.sender)
        response = self.hand(self.prepare(signer))
        self.assertEqual(response.status_code, 303, response.text[:200])
        return response


@tagged("post_install", "-at_install")
class TestInPerson(InPersonCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.customer])
        self.signer = self.envelope.signer_ids

    def test_sign_here(self):
        response = self.hand_over(self.signer)
        self.assertIn("cache", response.headers["Clear-Site-Data"])
        page = self.page_of(self.url_open(self.signer._page_path()))
        self.assertEqual(page["signer"]["name"], "Clara Customer")
        answer = self.post_sign(self.signer, page)
        self.assertTrue(answer["ok"], answer)
        self.assertIn("give the device back to Sam Sender", answer["done"]["message"])
        # after the password the host is back where it was begun
        self.assertEqual(
            answer["done"]["next_url"], f"/web/login?redirect=/odoo/signatures/{self.envelope.id}"
        )
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        signature = self.envelope.signature_ids
        self.assertEqual(signature.host_id, self.sender)
        self.assertEqual(signature.identification, "in_person")
        self.assertIn("Sam Sender", signature.identified_text)
        self.assertFalse(signature.user_id)
        self.assertIn("Sam Sender", signature._identified_words())
        line = self.envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertIn("in the presence of Sam Sender", line.sentence)
        facts = line._facts()
        # somebody else than the sender, on the sender's device
        self.assertEqual((facts["by_sender"], facts["host"]), (False, self.sender.id))
        self.assertIn("handed_device", self.codes(self.envelope))
        self.assertFalse(self.envelope._verify_log())

    def test_the_browser_knows_no_user_any_more(self):
        self.be(self.sender)
        before = self.opener.cookies["session_id"]
        url = self.prepare(self.signer)
        self.assertEqual(self.url_open("/web/session/get_session_info", data="{}", headers={
            "Content-Type": "application/json"}).json()["result"]["uid"], self.sender.id)
        self.hand(url)
        self.assertNotEqual(self.opener.cookies["session_id"], before)
        for path in ("/odoo", f"/odoo/signatures/{self.envelope.id}", "/my", "/web"):
            self.assertIn("/web/login", self.url_open(path).url)
        document = self.envelope.document_ids.sudo().frozen_attachment_id
        self.assertEqual(self.url_open(f"/web/content/{document.id}").status_code, 404)
        # the session that was is gone on the server too
        self.opener.cookies.set("session_id", before)
        self.assertIn("/web/login", self.url_open("/odoo").url)

    def test_the_next_person_sees_nothing_of_the_one_before(self):
        other = self.send_new([self.second]).signer_ids
        self.hand_over(self.signer)
        self.assertTrue(self.page_of(self.url_open(self.signer._page_path())))
        before = {
            cookie.name: cookie.value for cookie in self.opener.cookies if "hand" in cookie.name
        }
        # as a browser: the host logs in again, the cookies of before stay
        self.authenticate(self.sender.login, self.sender.login)
        self.opener.cookies.update(before)
        self.hand(self.prepare(other))
        self.assertTrue(self.page_of(self.url_open(other._page_path())))
        self.assertEqual(self.code_of(self.url_open(self.signer._page_path())), "login")
        # nor with the cookie itself
        self.opener.cookies.update(before)
        self.assertEqual(self.code_of(self.url_open(self.signer._page_path())), "login")

    def test_the_way_back_without_signing(self):
        """From the page, where a code is not known, after a refusal, from a page that is over."""
        back = f"/web/login?redirect=/odoo/signatures/{self.envelope.id}"
        self.hand_over(self.signer)
        page = self.page_of(self.url_open(self.signer._page_path()))
        self.assertEqual(page["way_back"]["url"], back)
        answer = self.post(
            page["urls"]["decline"], {"reason": "Too dear", "csrf_token": page["csrf_token"]}
        )
        self.assertEqual(answer["done"]["next_url"], back)
        self.assertIn("give the device back", answer["done"]["message"])
        response = self.url_open(self.signer._page_path())
        self.assertEqual(self.code_of(response), "declined")
        self.assertIn(back, response.text)
        coded = self.send_new(
            [{"partner_id": self.second.id, "identification": "mail_code"}]
        ).signer_ids
        self.hand_over(coded)
        self.assertIn("/web/login?redirect=", self.url_open(coded._page_path()).text)

    def test_nobody_else_is_shown_a_way_back(self):
        page = self.page_of(self.open_link(self.signer))
        self.assertIsNone(page["way_back"])

    def test_a_code_is_asked_for_all_the_same(self):
        envelope = self.send_new(
            [{"partner_id": self.customer.id, "identification": "mail_code"}]
        )
        signer, path = envelope.signer_ids, envelope.signer_ids._page_path()
        self.hand_over(signer)
        response = self.url_open(path)
        self.assertEqual(self.code_of(response), "identify")
        token = re.search(r'name="csrf_token" value="(\w+)"', response.text)[1]
        form = {"csrf_token": token, "method": "mail_code"}
        self.url_open(f"{path}/code", form)
        self.run_jobs()
        code = CODE.search(self.body_of(self.mails_to(signer.email)[-1]))[1]
        page = self.page_of(self.url_open(f"{path}/identify", {**form, "code": code}))
        self.assertTrue(self.post_sign(signer, page)["ok"])
        self.assertEqual(envelope.signature_ids.identification, "in_person+mail_code")

    def test_once(self):
        self.be(self.sender)
        url = self.prepare(self.signer)
        self.assertEqual(self.hand(url).status_code, 303)
        self.be(self.sender)
        self.assertEqual(self.url_open(url).status_code, 404)
        response = self.url_open(f"{url}/now", {"csrf_token": self.csrf()})
        self.assertEqual(response.status_code, 404)
        self.assertIn("/odoo", self.url_open("/odoo").url, "nobody was logged out by that")

    def csrf(self):
        response = self.url_open("/web/login")
        return re.search(r'csrf_token: "(\w+)"|name="csrf_token" value="(\w+)"', response.text)[1]

    def test_ten_minutes(self):
        self.be(self.sender)
        url = self.prepare(self.signer)
        self.env["esign.handover"].search([]).date_made = fields.Datetime.now() - timedelta(
            minutes=11
        )
        self.env.flush_all()
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_an_hour(self):
        self.hand_over(self.signer)
        self.env["esign.handover"].search([]).date_handed = fields.Datetime.now() - timedelta(
            minutes=61
        )
        self.env.flush_all()
        self.assertEqual(self.code_of(self.url_open(self.signer._page_path())), "login")

    def test_nobody_else_uses_the_address(self):
        self.be(self.sender)
        url = self.prepare(self.signer)
        for user in (None, self.colleague, self.portal, self.all_documents):
            self.be(user)
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_opening_it_hands_nothing_over(self):
        self.be(self.sender)
        url = self.prepare(self.signer)
        for method in ("GET", "HEAD", "OPTIONS"):
            for path in (url, f"{url}/now"):
                self.opener.request(method, self.base_url() + path, allow_redirects=False)
        self.assertEqual(self.hand(url).status_code, 303)
        self.assertEqual(self.codes(self.envelope).count("handed_device"), 1)

    def test_the_cookie_is_for_one_participant(self):
        other = self.send_new([self.second]).signer_ids
        self.hand_over(self.signer)
        cookie = self.opener.cookies[self.signer._hand_cookie_name()]
        self.opener.cookies.set(other._hand_cookie_name(), cookie, path=other._page_path())
        self.assertEqual(self.code_of(self.url_open(other._page_path())), "login")

    def test_a_user_who_logs_in_again_ends_it(self):
        self.hand_over(self.signer)
        cookie = self.opener.cookies[self.signer._hand_cookie_name()]
        self.be(self.sender)
        self.opener.cookies.set(
            self.signer._hand_cookie_name(), cookie, path=self.signer._page_path()
        )
        self.assertEqual(self.code_of(self.url_open(self.signer._page_path())), "login")

    def test_the_link_in_the_mail_stays_good(self):
        self.hand_over(self.signer)
        page = self.page_of(self.open_link(self.signer))
        self.assertTrue(self.post_sign(self.signer, page)["ok"])
        self.assertFalse(self.envelope.signature_ids.host_id)
        self.assertEqual(self.envelope.signature_ids.identification, "link")

    def test_declining_here(self):
        self.hand_over(self.signer)
        page = self.page_of(self.url_open(self.signer._page_path()))
        answer = self.post(
            page["urls"]["decline"], {"csrf_token": page["csrf_token"], "reason": "Too dear"}
        )
        self.assertIn("give the device back", answer["message"])
        line = self.envelope.event_ids.filtered(lambda e: e.code == "declined")
        self.assertEqual(line._facts()["host_id"], self.sender.id)


@tagged("post_install", "-at_install")
class TestWhoHandsOver(InPersonCase):
    def test_who_may(self):
        envelope = self.send_new([self.customer, self.colleague.partner_id])
        signer = envelope.signer_ids[0]
        for user in (self.colleague, self.no_groups, self.foreigner, self.portal):
            with self.assertRaises(AccessError):
                self.prepare(signer, user=user)
        self.assertTrue(self.prepare(signer, user=self.all_documents))

    def test_when(self):
        login = {"partner_id": self.manager.partner_id.id, "identification": "login"}
        envelope = self.send_new(
            [self.customer, login, {"partner_id": self.second.id, "step": 2}]
        )
        customer, manager, later = envelope.signer_ids
        for signer in (manager, later):
            self.assertFalse(signer.with_user(self.sender).may_sign_here)
            with self.assertRaises(UserError):
                self.prepare(signer)
        self.assertTrue(customer.with_user(self.sender).may_sign_here)
        self.company.esign_in_person = False
        with self.assertRaises(UserError):
            self.prepare(customer)

    def test_not_when_it_was_cancelled_meanwhile(self):
        envelope = self.send_new([self.customer])
        self.be(self.sender)
        url = self.prepare(envelope.signer_ids)
        envelope._cancel("No longer")
        self.env.flush_all()
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_the_sender_can_not_hand_it_to_the_sender(self):
        envelope = self.send_new([self.sender.partner_id])
        with self.assertRaises(UserError):
            self.prepare(envelope.signer_ids)

"""What people read who can't act any more, or come back: what happened, and what to do next."""

import time
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools.misc import hash_sign

from ..models.esign_signer_access import SESSION_SCOPE
from ..models.guard import unlocked
from .stranger import StrangerCase

WITH = {"name": "Olga Other", "email": "olga@example.net", "reason": "She does the contracts."}


@tagged("post_install", "-at_install")
class TestWhatIsSaid(StrangerCase):
    def status(self, signer):
        response = self.url_open(f"{signer._page_path()}/status")
        is_json = response.headers["Content-Type"].startswith("application/json")
        return response.json() if is_json else {}

    def envelope_with_one_signed(self):
        """Return an envelope of which this visitor has signed and waits on the open page."""
        envelope = self.send_new([self.customer, self.second])
        signer = envelope.signer_ids[0]
        self.assertTrue(self.post_sign(signer, self.page_of(self.open_link(signer)))["ok"])
        self.assertEqual(self.status(signer)["state"], "signed")
        return envelope, signer

    def test_who_waits_is_told_that_it_was_withdrawn(self):
        envelope, signer = self.envelope_with_one_signed()
        envelope.with_user(self.sender).action_cancel()
        answer = self.status(signer)
        self.assertEqual(answer["state"], "closed")
        self.assertEqual(answer["title"], "This request was withdrawn")
        self.assertIn("Your signature stays on record", answer["message"])
        self.assertIn("mailto:", answer["write"]["url"])
        self.be()
        self.assertEqual(self.status(signer), {})

    def test_who_waits_is_told_that_another_has_declined(self):
        envelope, signer = self.envelope_with_one_signed()
        envelope.signer_ids[1]._decline("No", {})
        answer = self.status(signer)
        self.assertEqual(answer["state"], "closed")
        self.assertEqual(answer["title"], "This request was declined")
        self.assertIn("Someone else has declined", answer["message"])

    def test_open_page_of_who_has_handed_on(self):
        """In a second window, where it was still open."""
        envelope = self.send_new([self.customer], allow_delegation=True)
        signer, link = envelope.signer_ids, self.link_of(envelope.signer_ids)
        page = self.page_of(self.url_open(link))
        request = {**WITH, "csrf_token": page["csrf_token"]}
        self.assertTrue(self.post(page["urls"]["delegate"], request)["ok"])
        answer = self.post_sign(signer, page)
        self.assertEqual((answer["ok"], answer["code"]), (False, "passed_on"))
        self.assertEqual(answer["title"], "You have passed this on")
        self.assertNotIn("olga", str(answer).lower())
        self.assertEqual(self.code_of(self.url_open(link)), "passed_on")
        # whoever comes next reads who has named them; not where the sender has done that
        self.run_jobs()
        new_link = self.link_of(signer)
        self.assertIn("was asked first, and has named you", self.url_open(new_link).text)
        self.assertIn("Clara Customer", signer._named_by_text())
        values = {"name": "Petra", "email": "petra@example.net"}
        signer.with_user(self.sender)._change_by_sender(values, "")
        self.assertEqual(self.code_of(self.url_open(new_link)), "handed_on")
        self.assertEqual(self.code_of(self.url_open(link)), "passed_on")
        self.assertFalse(signer._named_by_text())

    def test_page_that_was_open_too_long(self):
        """The link is still good: nobody is sent to look for a newer one."""
        signer = self.send_new().signer_ids
        page = self.page_of(self.open_link(signer))
        token = signer.sudo().token_sha256[:32]
        content = [signer.id, token, int(time.time()) - 5]
        self.set_cookie(signer, hash_sign(self.env, SESSION_SCOPE, content))
        answer = self.post_sign(signer, page)
        self.assertEqual((answer["ok"], answer["code"]), (False, "session_over"))
        self.assertIn("still there", answer["message"])
        self.assertEqual(self.code_of(self.url_open(signer._page_path())), "login")
        self.page_of(self.url_open(self.link_of(signer)))  # in another window
        self.assertTrue(self.post_sign(signer, page)["ok"])

    def test_replaced_link_can_be_sent_again(self):
        signer = self.send_new().signer_ids
        link = self.link_of(signer)
        signer.with_user(self.sender).action_resend()
        self.run_jobs()
        text = self.url_open(link).text
        self.assertIn(f"{signer._page_path()}/resend", text)
        self.assertIn("mailto:", text)

    def test_who_has_signed_gets_no_button_that_does_nothing(self):
        signer = self.send_new([self.customer, self.second]).signer_ids[0]
        self.sign(signer)
        self.be()
        self.assertNotIn("/resend", self.url_open(signer._page_path()).text)
        form = {"csrf_token": self.csrf_token()}
        text = self.url_open(f"{signer._page_path()}/resend", form).text
        self.assertIn("Not sent again", text)
        self.assertNotIn(signer.name, text)

    def test_link_leads_to_the_copy_after_the_deadline(self):
        signer = self.send_new().signer_ids
        envelope = signer.envelope_id
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertGreater(signer.sudo().token_expiry, envelope.date_deadline + timedelta(days=7))
        now = fields.Datetime.now()
        self.assertLess(signer.sudo().token_expiry, now + timedelta(days=91))

    def test_copy_is_promised_to_who_can_get_it(self):
        signer = self.send_new([self.customer, self.second]).signer_ids[0]
        self.sign(signer)
        self.assertIn("by email as soon as everyone", signer._done_text())
        unlocked(signer).write({"email": False})
        self.assertNotIn("email", signer._done_text())
        alone = self.send_new().signer_ids
        self.sign_all(alone.envelope_id)
        self.assertNotIn("Everyone", alone._done_text())

    def test_who_is_asked_again_is_told(self):
        """Approves first and signs later: the copy is not what comes next."""
        both = [{"partner_id": self.customer.id, "action": "approve"}, {"step": 2}]
        first, later = self.send_new([both[0], {**both[0], **both[1], "action": "sign"}]).signer_ids
        self.sign(first)
        self.assertIn("once more", first._done_text())
        self.run_jobs()
        self.assertIn("once more", first._done_text())
        self.sign(later)
        for said in (first._done_text(), later._done_text()):
            self.assertNotIn("once more", said)
        share = {"email": self.customer.email}
        one = self.send_new([self.customer, {"partner_id": self.second.id, **share}]).signer_ids[0]
        self.sign(one)
        self.assertNotIn("once more", one._done_text(), "somebody else at the same address")

    def test_declining_says_whether_it_ends_for_all(self):
        for people, policy, ends in (
            ([self.customer, self.second], "end", True),
            ([self.customer, self.second], "participant", False),
            ([self.customer], "end", False),
        ):
            signer = self.make_envelope(people, decline_policy=policy).signer_ids[0]
            self.assertEqual(signer._signing_page("")["decline_ends"], ends)

    def test_deadline_says_its_zone(self):
        signer = self.send_new(date_deadline="2031-07-01 10:00:00").signer_ids
        for zone, words in (
            ("Europe/Prague", "12:00 PM CEST"),
            ("America/Sao_Paulo", "7:00 AM UTC-03"),
        ):
            signer.partner_id.tz = zone
            text = signer._deadline_text().replace("\u202f", " ")
            self.assertTrue(text.endswith(words), text)

    def test_deadline_as_the_language_joins_it(self):
        """Day and time are not parted by the same comma everywhere."""
        signer = self.send_new(date_deadline="2031-07-01 10:00:00").signer_ids
        for code, glue in (("ar_001", "2031، "), ("cs_CZ", "2031 "), ("de_DE", "2031, ")):
            self.env["res.lang"]._activate_lang(code)
            unlocked(signer).lang = code
            self.assertIn(glue, signer._deadline_text())

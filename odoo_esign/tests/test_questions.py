"""Questions that participants ask the sender from the page."""

from odoo.tests import tagged

from .common import EsignHttpCase


@tagged("post_install", "-at_install")
class TestQuestions(EsignHttpCase):
    def set_the_scene(self):
        self.envelope = self.send_new()
        self.signer = self.envelope.signer_ids

    def setUp(self):
        super().setUp()
        self.page = self.page_of(self.open_link(self.signer))

    def ask(self, question, **changes):
        params = {"question": question, "csrf_token": self.page["csrf_token"], **changes}
        return self.post(self.page["urls"]["ask"], params)

    def test_it_lands_with_the_sender(self):
        answer = self.ask("Does the price include <b>delivery</b>?")
        self.assertTrue(answer["ok"], answer)
        message = self.envelope.message_ids.filtered(lambda m: "delivery" in m.body)
        self.assertIn("&lt;b&gt;", message.body)
        self.assertIn(self.sender.partner_id, message.notified_partner_ids)
        self.assertIn(self.customer.email, message.reply_to)
        line = self.envelope.event_ids.filtered(lambda e: e.code == "asked")
        self.assertIn("delivery", line.sentence)

    def test_bad_ones(self):
        for question in ("", "   ", None, [], {"a": 1}):
            self.assertFalse(self.ask(question)["ok"])
        self.assertFalse(self.ask("Really?", csrf_token="wrong")["ok"])
        self.assertNotIn("asked", self.codes(self.envelope))

    def test_five_an_hour(self):
        answers = [self.ask(f"Question {number}?")["ok"] for number in range(7)]
        self.assertEqual(answers, [True] * 5 + [False] * 2)
        self.assertEqual(self.codes(self.envelope).count("asked"), 5)

    def test_not_about_what_is_withdrawn(self):
        self.envelope.with_user(self.sender).action_cancel()
        self.env.flush_all()
        self.assertFalse(self.ask("Why?")["ok"])

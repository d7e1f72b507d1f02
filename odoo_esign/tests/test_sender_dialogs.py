"""What the sender's dialogs do, promise and leave alone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import EsignCase

HIDDEN = "invisible field 'update_contact'"


@tagged("post_install", "-at_install")
class TestSenderDialogs(EsignCase):
    def dialog(self, model, envelopes, user=None, **values):
        user = user or self.sender
        envelopes = envelopes.with_user(user)
        ask = {"esign.envelope.extend": "action_ask_extend"}.get(model, "action_ask_cancel")
        context = getattr(envelopes, ask)()["context"]
        return self.env[model].with_user(user).with_context(**context).create(values)

    # ------------------------------------------------------------- more time
    def test_more_time_is_never_less(self):
        now = fields.Datetime.now()
        soon = self.send_new(name="Soon", date_deadline=now + timedelta(days=2))
        late = self.send_new(name="Late", date_deadline=now + timedelta(days=60))
        endless = self.send_new(name="Endless", date_deadline=False)
        wanted = now + timedelta(days=30)
        dialog = self.dialog("esign.envelope.extend", soon | late | endless, date_deadline=wanted)
        self.assertEqual((dialog.kept_names, dialog.left_names), ("Late", "Endless"))
        before = late.date_deadline
        dialog.action_extend()
        self.assertEqual(soon.date_deadline, wanted)
        self.assertEqual((late.date_deadline, endless.date_deadline), (before, False))
        self.assertNotIn("extended", self.codes(late))

    def test_more_time_asks_for_a_later_date(self):
        now = fields.Datetime.now()
        one = self.send_new(name="One", date_deadline=now + timedelta(days=60))
        two = self.send_new(name="Two", date_deadline=now + timedelta(days=60))
        for envelopes, days, said in (
            (one, 30, "“One” can be signed until then, or longer"),
            (one, 60, "“One” can be signed until then, or longer"),
            (one | two, 30, "All of them can be signed until then"),
            (one, -1, "must be in the future"),
        ):
            wanted = now + timedelta(days=days)
            dialog = self.dialog("esign.envelope.extend", envelopes, date_deadline=wanted)
            with self.assertRaisesRegex(UserError, said):
                dialog.action_extend()
        one.with_user(self.sender).date_deadline = False
        with self.assertRaisesRegex(UserError, "has no deadline"):
            one.with_user(self.sender).action_ask_extend()

    # ------------------------------------------------------------- withdrawing
    def test_who_is_told_of_a_withdrawal(self):
        people = [self.customer, {"partner_id": self.second.id, "step": 2}]
        envelope = self.send_new(people)
        self.mails.clear()
        dialog = self.dialog("esign.envelope.cancel", envelope, reason="Prices <b>changed</b>")
        self.assertEqual(dialog.told_names, "Clara Customer")
        dialog.action_cancel()
        [note] = envelope.message_ids.filtered(lambda m: "Withdrawn" in (m.body or ""))
        self.assertIn("Withdrawn: Prices &lt;b&gt;changed&lt;/b&gt;<br>", note.body)
        self.assertIn("Notified by email: Clara Customer", note.body)
        self.assertNotIn(self.second.name, note.body)
        self.assertEqual(note.author_id, self.sender.partner_id)
        self.run_jobs()
        self.assertTrue(self.mails_to(self.customer.email))
        self.assertFalse(self.mails_to(self.second.email))
        self.assertFalse(self.mails_to(self.sender.email))

    def test_a_colleague_withdraws_without_telling(self):
        envelope = self.send_new()
        self.mails.clear()
        self.dialog(
            "esign.envelope.cancel", envelope, self.all_documents, reason="Over", tell=False
        ).action_cancel()
        self.run_jobs()
        self.assertFalse(self.mails_to(self.customer.email))
        [note] = envelope.message_ids.filtered(lambda m: "Withdrawn" in (m.body or ""))
        self.assertNotIn("Notified", note.body)
        # the responsible user reads it
        self.assertIn(self.sender.partner_id, note.notified_partner_ids)

    # ------------------------------------------------------------- the contact
    def change(self, user=None, **values):
        signer = self.send_new().signer_ids
        changes = self.env["esign.signer.change"].with_user(user or self.sender)
        with Form(changes.with_context(default_signer_id=signer.id)) as form:
            for name, value in {"reason": "Old address", **values}.items():
                form[name] = value
        form.record.action_change()
        return signer

    def test_the_contact_is_corrected_where_one_may(self):
        self.sender.group_ids += self.env.ref("base.group_partner_manager")
        self.assertEqual(self.change(email="clara.new@example.org").email, "clara.new@example.org")
        self.assertEqual(self.customer.email, "clara@example.org")
        self.change(email="clara.new@example.org", update_contact=True)
        self.assertEqual(self.customer.email, "clara.new@example.org")
        with self.assertRaisesRegex(AssertionError, HIDDEN):  # nothing differs: not offered
            self.change(identification="mail_code", update_contact=True)

    def test_the_contact_is_not_offered(self):
        new = {"email": "new@example.org", "update_contact": True}
        with self.assertRaisesRegex(AssertionError, HIDDEN):  # who may not write contacts
            self.change(**new)
        self.sender.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaisesRegex(AssertionError, HIDDEN):  # somebody else is asked
            self.change(name="Olga Other", **new)
        changes = self.env["esign.signer.change"].with_user(self.sender)
        signer = self.send_new([self.portal.partner_id]).signer_ids
        dialog = changes.with_context(default_signer_id=signer.id).create({"reason": "x", **new})
        dialog.action_change()
        self.assertNotEqual(self.portal.partner_id.email, "new@example.org")
        self.assertEqual(signer.email, "new@example.org")

    # ------------------------------------------------------------- how far it is
    def test_of_a_group_those_count_that_are_needed(self):
        board = {"quorum_group": "Board", "quorum": 2}
        members = [{"partner_id": p.id, **board} for p in (self.customer, self.second, self.third)]
        envelope = self.send_new([*members, self.colleague.partner_id])
        self.assertEqual(envelope.progress, "0 / 3")
        for signer, progress in zip(envelope.signer_ids[:2], ("1 / 3", "2 / 3"), strict=True):
            self.sign(signer)
            self.run_jobs()
            self.env.invalidate_all()
            self.assertEqual(envelope.progress, progress)

    # ------------------------------------------------------------- previews of mails
    def test_mails_are_previewed_on_what_one_sees(self):
        self.send_new([self.customer, self.colleague.partner_id])
        templates = self.env["mail.template"].search([("model", "like", "esign.%")])
        self.assertGreater(len(templates), 7)
        for user in (self.sender, self.colleague):
            for template in templates:
                preview = (
                    self.env["mail.template.preview"]
                    .with_user(user)
                    .create({"mail_template_id": template.id})
                )
                self.assertTrue(preview.resource_ref, (user.name, template.name))
                self.assertFalse(preview.error_msg, (user.name, template.name))
                self.assertIn("Agreement", preview.body_html, (user.name, template.name))

"""What waits for a user: the counter of the systray, and the activities."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import NETWORK, EsignCase, EsignHttpCase

COUNT_QUERIES = 1


@tagged("post_install", "-at_install")
class TestWaiting(EsignCase):
    """The counter, and the list behind it."""

    def waiting(self, user):
        return self.rpc(user, "res.users", "get_esign_waiting")

    def ask(self, user, **values):
        """Return an envelope in which ``user`` is asked for something."""
        action = values.pop("action", "approve")
        return self.send_new([{"partner_id": user.partner_id.id, "action": action}], **values)

    def test_who_has_no_group_is_asked_too(self):
        envelope = self.ask(self.no_groups)
        waiting = self.waiting(self.no_groups)
        self.assertEqual(waiting["count"], 1)
        document = waiting["documents"][0]
        self.assertEqual(document["subject"], "Agreement")
        self.assertEqual(document["sender"], "Sam Sender")
        self.assertEqual(document["action"], "approve")
        self.assertEqual(document["url"], envelope.signer_ids._page_path())
        self.assertTrue(document["deadline"])
        self.assertFalse(document["late"])
        count = self.rpc(self.no_groups, "res.users", "get_esign_waiting", count_only=True)
        self.assertEqual(count, {"count": 1})

    def test_what_is_due_first_comes_first(self):
        for name, days in (("Late", 20), ("Whenever", None), ("Soon", 2)):
            deadline = days and fields.Datetime.add(fields.Datetime.now(), days=days)
            self.ask(self.no_groups, name=name, date_deadline=deadline)
        subjects = [one["subject"] for one in self.waiting(self.no_groups)["documents"]]
        self.assertEqual(subjects, ["Soon", "Late", "Whenever"])

    def test_nobody_sees_what_waits_for_others(self):
        self.ask(self.no_groups)
        for user in (self.sender, self.esign_admin, self.colleague, self.portal):
            self.assertEqual(self.waiting(user), {"count": 0, "documents": []})

    def test_portal_users_have_no_counter(self):
        self.send_new([{"partner_id": self.portal.partner_id.id, "user_id": self.portal.id}])
        self.assertEqual(self.waiting(self.portal)["count"], 0)

    def test_ends(self):
        user = self.colleague
        for end in (
            lambda envelope: self.sign(envelope.signer_ids),
            lambda envelope: envelope.signer_ids._decline("No", NETWORK),
            lambda envelope: envelope.with_user(self.sender).action_cancel(),
            self.expire,
            lambda envelope: envelope.signer_ids.with_user(self.sender)._change_by_sender(
                {
                    "partner_id": self.customer.id,
                    "name": self.customer.name,
                    "email": self.customer.email,
                    "user_id": False,
                },
                "Somebody else",
            ),
        ):
            envelope = self.ask(user)
            self.assertEqual(self.waiting(user)["count"], 1)
            self.assertEqual(len(self.activities(envelope, user)), 1)
            end(envelope)
            self.assertEqual(self.waiting(user)["count"], 0)
            self.assertFalse(self.activities(envelope, user))

    def expire(self, envelope):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_envelope SET date_deadline = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(hours=1), envelope.id],
        )
        self.env.invalidate_all()
        self.assertTrue(self.waiting(self.colleague)["documents"][0]["late"])
        envelope._expire()

    def activities(self, envelope, user):
        self.env.invalidate_all()
        kind = self.env.ref("odoo_esign.mail_activity_sign")
        return envelope.activity_ids.filtered(
            lambda a: a.activity_type_id == kind and a.user_id == user
        )

    def test_not_before_it_is_ones_turn(self):
        envelope = self.send_new(
            [self.customer, {"partner_id": self.colleague.partner_id.id, "step": 2}]
        )
        self.assertEqual(self.waiting(self.colleague)["count"], 0)
        self.assertFalse(self.activities(envelope, self.colleague))
        self.sign(envelope.signer_ids[0])
        self.assertEqual(self.waiting(self.colleague)["count"], 1)
        self.assertEqual(len(self.activities(envelope, self.colleague)), 1)

    def test_released(self):
        envelope = self.send_new(
            [
                {"partner_id": user.partner_id.id, "quorum_group": "A", "quorum": 1}
                for user in (self.colleague, self.manager)
            ]
        )
        self.sign(envelope.signer_ids[0])
        self.assertEqual(self.waiting(self.manager)["count"], 0)
        self.assertFalse(self.activities(envelope, self.manager))

    def test_reading_is_done_when_opened(self):
        envelope = self.send_new(
            [self.customer, {"partner_id": self.colleague.partner_id.id, "action": "view"}]
        )
        self.assertEqual(self.waiting(self.colleague)["documents"][0]["action"], "view")
        envelope.signer_ids[1]._open({})
        self.assertEqual(self.waiting(self.colleague)["count"], 0)

    # ------------------------------------------------------------- told, and what it costs
    def test_browsers_are_told(self):
        told = []
        users = type(self.env["res.users"])
        tell = lambda user, kind, _content: told.append((user, kind))  # noqa: E731
        with patch.object(users, "_bus_send", tell):
            envelope = self.ask(self.no_groups)
            self.assertIn((self.no_groups, "odoo_esign.waiting"), told)
            told.clear()
            self.sign(envelope.signer_ids)
            self.assertIn((self.no_groups, "odoo_esign.waiting"), told)
            self.run_jobs()
            told.clear()
            self.send_new([self.portal.partner_id])
            self.assertEqual([kind for _user, kind in told if kind == "odoo_esign.waiting"], [])

    def test_cost(self):
        def costs():
            user = self.env(user=self.colleague)["res.users"]
            found = []
            for count_only in (True, False):
                self.env.flush_all()
                self.env.invalidate_all()
                user.env.user._is_internal()
                before = self.env.cr.sql_log_count
                user.get_esign_waiting(count_only=count_only)
                found.append(self.env.cr.sql_log_count - before)
            return found

        for _number in range(2):
            self.ask(self.colleague)
        costs()
        count, listed = costs()
        for _number in range(6):
            self.ask(self.colleague)
        costs()
        self.assertEqual(costs(), [count, listed])
        self.assertEqual(count, COUNT_QUERIES)

    # ------------------------------------------------------------- activities
    def test_one_mail_and_no_second_about_the_activity(self):
        self.ask(self.no_groups)
        self.assertEqual(len(self.mails_to(self.no_groups.email)), 1)
        self.assertTrue(self.mails_to(self.no_groups.email)[0]["Subject"].startswith("Please"))

    def test_deadline_moves(self):
        envelope = self.ask(self.colleague)
        later = fields.Datetime.now() + timedelta(days=50)
        envelope.with_user(self.sender).date_deadline = later
        self.assertEqual(self.activities(envelope, self.colleague).date_deadline, later.date())


@tagged("post_install", "-at_install")
class TestSession(EsignHttpCase):
    def test_counter_comes_with_the_page(self):
        self.send_new([self.no_groups.partner_id])
        for user, expected in (
            (self.no_groups, {"waiting": 1, "sends": False}),
            (self.sender, {"waiting": 0, "sends": True}),
            (self.portal, None),
        ):
            self.be(user)
            info = self.post("/web/session/get_session_info", {})
            self.assertEqual(info.get("esign"), expected)

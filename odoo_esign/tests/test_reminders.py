"""Who is reminded, when, how often, and with a link that works."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LINK, NETWORK, EsignCase, EsignHttpCase

MONDAY = datetime(2027, 3, 1, 9, 0)  # 10 o'clock in Vienna


class ReminderCase:
    """The calendar is the test's; what was sent lies as many days back as it says."""

    def setUp(self):
        super().setUp()
        self.company.write(
            {
                "esign_reminder_first": 3,
                "esign_reminder_every": 4,
                "esign_reminder_most": 2,
                "esign_last_call": 1,
            }
        )
        (self.customer | self.second | self.third).tz = "Europe/Vienna"
        self.sender.tz = "Europe/Vienna"

    def send_at(self, moment, signers=None, days=30, **values):
        with freeze_time(moment):
            return self.send_new(
                signers, date_deadline=moment + timedelta(days=days), **values
            )

    def tick(self, moment):
        """Let the cron run at this moment; return to whom mails went."""
        before = len(self.mails)
        # as the cron does, which commits after each envelope
        sent = self.env["esign.envelope"].search([("state", "=", "sent")])
        if any(signer._reminder_due(moment) for signer in sent.signer_ids):
            with freeze_time(moment):
                for envelope in sent:
                    envelope._queue_due_reminders(moment)
                self.run_jobs()
        return sorted(mail["To"] for mail in self.mails[before:])

    def ticks(self, start, days):
        """Return at which moments reminders went out, the cron running every hour."""
        moments = (start + timedelta(hours=hour) for hour in range(24 * days))
        return [moment for moment in moments if self.tick(moment)]


@tagged("post_install", "-at_install")
class TestSchedule(ReminderCase, EsignCase):
    def test_first_every_most_and_last_call(self):
        envelope = self.send_at(MONDAY, days=21)
        sent = self.ticks(MONDAY, 25)
        days = [(moment - MONDAY).days for moment in sent]
        # after 3, after 4 more, then the last call on the day before the end, a Monday
        self.assertEqual(days, [3, 7, 20])
        subjects = [mail["Subject"] for mail in self.mails]
        self.assertEqual(
            subjects,
            [
                "Please sign: Agreement",
                "Reminder: please sign Agreement",
                "Reminder: please sign Agreement",
                "Final reminder: please sign Agreement",
            ],
        )
        lines = envelope.event_ids.filtered(lambda e: e.code == "reminded").sorted("seq")
        self.assertIn("by email to clara@example.org (reminder 1)", lines[0].sentence)
        self.assertEqual(len(lines), 3)
        self.assertFalse(envelope._verify_log())

    def test_in_working_hours_of_the_receiver(self):
        self.second.tz = "Asia/Tokyo"
        self.send_at(MONDAY, [self.customer, self.second], last_call=0, reminder_most=1)
        sent = {}
        for hour in range(24 * 8):
            moment = MONDAY + timedelta(hours=hour)
            for address in self.tick(moment):
                sent[address.split("<")[1]] = moment
        self.assertEqual(sent["clara@example.org>"], MONDAY + timedelta(days=3))
        # 18 o'clock in Tokyo when the three days are over: the next morning at 8
        self.assertEqual(sent["sven@example.org>"], datetime(2027, 3, 4, 23, 0))

    def test_not_at_the_weekend(self):
        self.send_at(MONDAY + timedelta(days=2), last_call=0, reminder_most=1)  # Saturday
        (sent,) = self.ticks(MONDAY + timedelta(days=2), 8)
        self.assertEqual(sent, datetime(2027, 3, 8, 7, 0))

    def test_last_call_before_the_weekend(self):
        """The time ends on a Sunday: the last hour of work before that is Friday's."""
        self.send_at(MONDAY, days=6, reminder_first=0)
        (sent,) = self.ticks(MONDAY, 7)
        self.assertEqual(sent, datetime(2027, 3, 5, 16, 0))

    def test_our_users_have_their_own_hours(self):
        """Of our users we know when they work: here in the evening."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Evenings",
                "tz": "Europe/Vienna",
                "attendance_ids": [
                    fields.Command.clear(),
                    *(
                        fields.Command.create(
                            {
                                "name": "Evening",
                                "dayofweek": str(day),
                                "hour_from": 19,
                                "hour_to": 22,
                                "day_period": "afternoon",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        self.env["resource.resource"].create(
            {"name": "Mia", "user_id": self.manager.id, "calendar_id": calendar.id}
        )
        self.manager.tz = "Europe/Vienna"
        self.send_at(
            MONDAY, [self.manager.partner_id], last_call=0, reminder_most=1, reminder_first=1
        )
        (sent,) = self.ticks(MONDAY, 3)
        self.assertEqual(sent, datetime(2027, 3, 2, 18, 0))

    def test_whose_turn_it_is_and_no_others(self):
        envelope = self.send_at(
            MONDAY,
            [
                self.customer,
                self.second,
                {"partner_id": self.third.id, "step": 2},
                {"partner_id": self.portal.partner_id.id, "action": "view"},
                {"partner_id": self.manager.partner_id.id, "action": "copy"},
            ],
        )
        with freeze_time(MONDAY):
            self.sign(envelope.signer_ids[1])
            self.run_jobs()
        self.assertEqual(
            self.tick(MONDAY + timedelta(days=3)), ['"Clara Customer" <clara@example.org>']
        )

    def test_never_after_the_deadline_nor_when_it_is_over(self):
        envelope = self.send_at(MONDAY, days=2, last_call=0)
        self.assertFalse(self.ticks(MONDAY + timedelta(days=2, hours=1), 6))
        other = self.send_at(MONDAY)
        with freeze_time(MONDAY):
            other._cancel("No longer")
        self.assertFalse(self.ticks(MONDAY, 5))
        self.assertNotIn("reminded", self.codes(envelope) + self.codes(other))

    def test_none_by_themselves(self):
        self.send_at(MONDAY, reminder_first=0, last_call=0)
        self.assertFalse(self.ticks(MONDAY, 28))

    def test_not_twice(self):
        """Two crons at once, and a button in between: one mail."""
        envelope = self.send_at(MONDAY)
        later = MONDAY + timedelta(days=3)
        with freeze_time(later):
            for _turn in range(3):
                envelope._queue_due_reminders(later)
            with self.assertRaises(UserError):
                envelope.signer_ids.with_user(self.sender).action_remind()
        self.assertEqual(len(self.tick(later)), 1)
        self.assertFalse(self.tick(later + timedelta(hours=1)))

    def test_more_time_brings_another_last_call(self):
        envelope = self.send_at(MONDAY, days=7, reminder_first=0)
        self.assertEqual(len(self.ticks(MONDAY + timedelta(days=5), 2)), 1)
        with freeze_time(MONDAY + timedelta(days=6, hours=3)):
            envelope.with_user(self.sender).date_deadline = MONDAY + timedelta(days=14)
        sent = self.ticks(MONDAY + timedelta(days=7), 7)
        self.assertEqual([(moment - MONDAY).days for moment in sent], [13])

    def test_not_while_the_record_is_being_revised(self):
        envelope = self.send_at(MONDAY)
        self.patch(type(envelope), "_terms_changed", lambda _envelope: True)
        self.assertFalse(self.ticks(MONDAY, 5))

    def test_the_cron_itself(self):
        envelope = self.send_at(MONDAY)
        cron = self.env.ref("odoo_esign.cron_remind")
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 60)
        with freeze_time(MONDAY + timedelta(days=3)):
            cron.ir_actions_server_id.with_user(cron.user_id).run()
            self.run_jobs()
        self.assertIn("reminded", self.codes(envelope))


@tagged("post_install", "-at_install")
class TestByHand(ReminderCase, EsignHttpCase):
    def remind(self, signer, user=None):
        result = self.rpc(user or self.sender, "esign.signer", "action_remind", signer.ids)
        self.run_jobs()
        return result

    def test_the_link_works_and_the_one_before_too(self):
        """Whoever has the page open goes on signing; both mails lead there."""
        envelope = self.send_new()
        signer = envelope.signer_ids
        old = self.link_of(signer)
        page = self.page_of(self.open_link(signer))
        self.remind(signer)
        new = self.link_of(signer)
        self.assertNotEqual(old, new)
        self.assertTrue(self.post_sign(signer, page)["ok"])
        for link in (old, new):
            self.be()
            self.assertEqual(self.page_of(self.url_open(link))["state"], "signed")

    def test_the_one_before_stays_when_the_mail_fails(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        old = self.link_of(signer)
        with self.mails_fail():
            self.rpc(self.sender, "esign.signer", "action_remind", signer.ids)
            self.run_jobs(allow_failures=True)
        self.assertEqual(self.page_of(self.url_open(old))["state"], "ready")
        self.assertNotIn("reminded", self.codes(envelope))
        envelope.job_ids.filtered("error").write({"attempts": 0})
        self.run_jobs()
        self.assertIn("reminded", self.codes(envelope))
        for link in (old, self.link_of(signer)):
            self.be()
            self.assertEqual(self.page_of(self.url_open(link))["state"], "ready")

    def test_resending_ends_all_links(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        links = [self.link_of(signer)]
        self.remind(signer)
        links.append(self.link_of(signer))
        signer.with_user(self.sender).action_resend()
        self.run_jobs()
        self.be()
        for link in links:
            response = self.url_open(link)
            self.assertEqual((response.status_code, self.code_of(response)), (410, "revoked"))
        self.assertEqual(self.page_of(self.open_link(signer))["state"], "ready")
        envelope._cancel("No longer")
        self.env.flush_all()
        self.be()
        response = self.url_open(self.link_of(signer))
        self.assertEqual((response.status_code, self.code_of(response)), (410, "cancelled"))

    def test_three_an_hour_with_the_invitation(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        self.remind(signer)
        self.remind(signer)
        with self.assertRaisesRegex(UserError, "within the last hour"):
            self.remind(signer)
        self.assertEqual(len(self.mails), 3)
        self.assertEqual(signer.reminder_count, 2)

    def test_all_of_an_envelope(self):
        envelope = self.send_new(
            [self.customer, self.second, {"partner_id": self.third.id, "step": 2}]
        )
        action = self.rpc(self.sender, "esign.envelope", "action_remind", envelope.ids)
        self.assertIn("Clara Customer, Sven Second", action["params"]["message"])
        self.run_jobs()
        self.assertEqual(self.codes(envelope).count("reminded"), 2)
        self.assertTrue(LINK.search(self.body_of(self.mails_to(self.second.email)[-1])))

    def test_nobody_to_remind(self):
        envelope = self.send_new([self.customer, self.second])
        self.sign_all(envelope)
        with self.assertRaises(UserError):
            self.rpc(self.sender, "esign.envelope", "action_remind", envelope.ids)
        with self.assertRaises(UserError):
            self.remind(envelope.signer_ids[0])

    def test_not_by_others(self):
        envelope = self.send_new([self.customer, self.manager.partner_id])
        for user in (self.colleague, self.no_groups, self.foreigner, self.portal, self.manager):
            with self.assertRaises(AccessError):
                self.remind(envelope.signer_ids[0], user=user)
            with self.assertRaises(AccessError):
                self.rpc(user, "esign.envelope", "action_remind", envelope.ids)

    def test_whoever_logs_in_gets_no_secret(self):
        envelope = self.send_new(
            [{"partner_id": self.manager.partner_id.id, "identification": "login"}]
        )
        self.remind(envelope.signer_ids)
        body = self.body_of(self.mails_to(self.manager.email)[-1])
        self.assertFalse(LINK.search(body))
        self.assertIn(envelope.signer_ids._page_path(), body)

    def test_somebody_new_is_reminded_from_the_start(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        self.remind(signer)
        signer._change_by_sender({"name": signer.name, "email": "new@example.org"}, "Misspelt")
        self.run_jobs()
        self.assertEqual(signer.reminder_count, 0)
        self.env.cr.execute("UPDATE esign_job SET create_date = create_date - interval '2 hours'")
        self.remind(signer)
        self.assertTrue(self.mails_to("new@example.org")[-1]["Subject"].startswith("Reminder"))

    def test_declined_meanwhile(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        signer.with_user(self.sender).action_remind()
        signer._decline("No", NETWORK)
        self.run_jobs()
        self.assertNotIn("reminded", self.codes(envelope))

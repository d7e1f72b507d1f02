"""Alerts: once per matter, to those who can do something, gone when the cause is gone."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .daily import DailyCase, delete_envelope
from .test_storage import one_byte


@tagged("post_install", "-at_install")
class TestAlerts(DailyCase):
    def set_the_scene(self):
        self.envelope = self.sign_all(self.send_new())
        self.assertAlerts()
        self.attachment = self.envelope.document_ids.sealed_attachment_id

    def damaged(self):
        """Damage the signed file; return the alert and what was in the file."""
        good = self.damage(self.attachment, one_byte)
        return self.assertAlerts((self.envelope, "file")), good

    def activities(self, alert):
        return self.env["mail.activity"].search(
            [("res_model", "=", "esign.alert"), ("res_id", "in", alert.ids)]
        )

    def acknowledge(self, alert, reason="The disk was full."):
        alert = alert.with_user(self.esign_admin)
        alert.write({"reason": reason})
        alert.action_acknowledge()
        self.env.invalidate_all()

    # ------------------------------------------------------------- once
    def test_told_once(self):
        alert, _good = self.damaged()
        first = alert.first_seen
        activities = self.activities(alert)
        for _day in range(3):
            self.assertEqual(self.assertAlerts((self.envelope, "file")), alert)
        self.assertEqual(alert.first_seen, first)
        self.assertEqual(self.activities(alert), activities)
        self.assertEqual(self.codes(self.envelope).count("alert"), 1)

    def test_administrators_of_the_company_are_told(self):
        alert, _good = self.damaged()
        told = self.activities(alert).user_id
        self.assertIn(self.esign_admin, told)
        self.assertNotIn(self.foreigner, told)
        self.assertNotIn(self.all_documents, told)
        self.assertIn("Agreement 1", self.activities(alert)[0].note)

    def test_a_disaster_is_no_flood_of_activities(self):
        envelopes = [self.send_new([self.second]) for _number in range(12)]
        self.assertAlerts()
        with self.as_owner() as cr:
            for envelope in envelopes:
                delete_envelope(cr, envelope)
        alerts = self.assertAlerts(*((envelope, "deleted") for envelope in envelopes))
        mine = self.activities(alerts).filtered(lambda a: a.user_id == self.esign_admin)
        self.assertEqual(len(mine), 10)
        self.assertIn("(and 2 more)", " ".join(mine.mapped("note")))

    # ------------------------------------------------------------- who
    def test_others_do_not_see_them(self):
        alert, _good = self.damaged()
        self.assertTrue(self.rpc(self.esign_admin, "esign.alert", "search", []))
        self.assertFalse(self.rpc(self.foreigner, "esign.alert", "search", []))
        with self.assertRaises(AccessError):
            self.rpc(self.foreigner, "esign.alert", "read", alert.ids, ["text"])
        for user in (self.sender, self.all_documents, self.no_groups, self.portal):
            with self.assertRaises(AccessError):
                self.rpc(user, "esign.alert", "search", [])
            with self.assertRaises(AccessError):
                self.rpc(user, "esign.alert", "action_acknowledge", alert.ids)

    def test_whoever_sees_the_envelope_is_warned(self):
        alert, good = self.damaged()
        for user in (self.sender, self.all_documents, self.esign_admin):
            [seen] = self.rpc(
                user, "esign.envelope", "read", self.envelope.ids, ["alert_text", "state"]
            )
            self.assertEqual(seen["alert_text"], alert.text)
        self.put(self.path_of(self.attachment), good)
        self.a_day()
        self.assertFalse(self.envelope.alert_text)

    def test_nobody_makes_changes_or_deletes_them(self):
        alert, _good = self.damaged()
        values = {"company_id": self.company.id, "kind": "log"}
        for user in (self.esign_admin, self.env.ref("base.user_admin")):
            mine = self.env["esign.alert"].with_user(user)
            for action in (
                lambda me=mine: me.create(values),
                lambda me=mine: me.browse(alert.id).write({"state": "mended"}),
                lambda me=mine: me.browse(alert.id).write({"kind": "late", "reason": "x"}),
                lambda me=mine: me.browse(alert.id).write({"facts": {}}),
                lambda me=mine: me.browse(alert.id).unlink(),
                lambda me=mine: me.browse(alert.id).copy(),
            ):
                with self.assertRaises(AccessError):
                    action()
        for action in (alert.sudo().unlink, lambda: alert.sudo().write({"state": "mended"})):
            with self.assertRaises(AccessError):
                action()

    # ------------------------------------------------------------- what becomes of them
    def test_acknowledged_with_a_reason(self):
        alert, good = self.damaged()
        with self.assertRaisesRegex(UserError, "Write down"):
            alert.with_user(self.esign_admin).action_acknowledge()
        self.acknowledge(alert)
        self.assertEqual(
            (alert.state, alert.acknowledged_by, alert.reason),
            ("acknowledged", self.esign_admin, "The disk was full."),
        )
        self.assertFalse(self.activities(alert))
        self.assertAlerts()
        self.assertEqual(alert.state, "acknowledged", "not told again")
        self.assertTrue(self.envelope.alert_text, "but it still does not fit")
        with self.assertRaises(UserError):
            alert.with_user(self.esign_admin).write({"reason": "Another one"})
        event = self.envelope.event_ids.filtered(lambda e: e.code == "alert_acknowledged")
        self.assertEqual(event.actor, f"user:{self.esign_admin.id}")
        self.assertIn("The disk was full.", event.data)
        self.put(self.path_of(self.attachment), good)
        self.assertAlerts()
        self.assertEqual(alert.state, "mended")

    def test_acknowledged_is_not_for_what_comes_on_top(self):
        with self.as_owner() as cr:
            cr.execute(
                """UPDATE esign_event SET data = replace(data, 'clara@', 'other@')
                    WHERE envelope_id = %s AND code = 'signed'""",
                [self.envelope.id],
            )
        alert = self.assertAlerts((self.envelope, "log"))
        self.acknowledge(alert, "Anonymised by order of a court.")
        self.assertAlerts()
        with self.as_owner() as cr:
            cr.execute(
                "DELETE FROM esign_event WHERE envelope_id = %s AND seq = 2", [self.envelope.id]
            )
        self.assertEqual(self.assertAlerts((self.envelope, "log")), alert)
        self.assertFalse(alert.reason)

    def test_mended_and_back_again(self):
        alert, good = self.damaged()
        self.put(self.path_of(self.attachment), good)
        self.assertAlerts()
        self.assertEqual(alert.state, "mended")
        self.assertFalse(self.activities(alert))
        again, _good = self.damaged()
        self.assertEqual(again, alert)
        self.assertEqual(
            [code for code in self.codes(self.envelope) if code.startswith("alert")],
            ["alert", "alert_mended", "alert"],
        )
        self.assertTrue(self.activities(alert))

    def test_deleted_envelope_restored(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(v) FROM esign_envelope v WHERE id = %s", [self.envelope.id]
        )
        [row] = self.env.cr.fetchone()
        with self.as_owner() as cr:
            cr.execute("DELETE FROM esign_envelope WHERE id = %s", [self.envelope.id])
        alert = self.assertAlerts((self.envelope, "deleted"))
        self.assertFalse(
            self.rpc(self.esign_admin, "esign.alert", "read", alert.ids)[0]["envelope_id"]
        )
        with self.as_owner() as cr:
            cr.execute(
                """INSERT INTO esign_envelope
                   SELECT * FROM jsonb_populate_record(NULL::esign_envelope, %s::jsonb)""",
                [json.dumps(row)],
            )
        self.assertAlerts()
        self.assertEqual(alert.state, "mended")

    def test_check_again_at_once(self):
        alert, good = self.damaged()
        self.put(self.path_of(self.attachment), good)
        alert.with_user(self.esign_admin).action_check_again()
        self.env.invalidate_all()
        self.assertEqual(alert.state, "mended")

    def test_log_that_takes_no_line_is_told_all_the_same(self):
        """The count was set back: the next line's number is taken."""
        with self.as_owner() as cr:
            cr.execute(
                "UPDATE esign_envelope SET evidence_count = 3 WHERE id = %s", [self.envelope.id]
            )
        for _day in range(2):
            self.assertAlerts((self.envelope, "log"))

    # ------------------------------------------------------------- words
    def test_in_the_readers_language(self):
        alert, _good = self.damaged()
        self.assertEqual(alert.text, "The stored file is missing or different: Agreement 1.")
        kinds = [kind for kind, _label in alert._fields["kind"].selection]
        for kind in kinds:
            values = {
                "kind": kind,
                "facts": {"problems": ["3: chain", "edited"], "since": "2026-01-02"},
            }
            other = self.env["esign.alert"].new({**values, "reference": "R"})
            self.assertTrue(other.text and other.subject and other.advice, kind)
            self.assertNotIn("%(", other.text)
        event = self.envelope.event_ids.filtered(lambda e: e.code == "alert")
        self.assertNotEqual(event.label, "alert")

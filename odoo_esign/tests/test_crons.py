"""What the crons have in common: one record that fails holds up no other."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EsignCase


@tagged("post_install", "-at_install")
class TestCrons(EsignCase):
    def setUp(self):
        super().setUp()
        # commits end the test's savepoints as they would end a transaction
        crons = type(self.env["ir.cron"])
        self.patch(crons, "_commit_progress", lambda *_args, **_kwargs: 600.0)

    def failing(self, model, method, bad):
        """Let ``method`` write something and then fail for the record ``bad``."""
        original = getattr(model, method)

        def act(record, *args, **kwargs):
            result = original(record, *args, **kwargs)
            if record == bad:
                raise ValueError("out of order")
            return result

        return patch.object(model, method, act)

    def test_expiry(self):
        first, second, third = (self.send_new() for _number in range(3))
        envelopes = first | second | third
        past = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_envelope SET date_deadline = %s WHERE id IN %s",
            [past, tuple(envelopes.ids)],
        )
        self.env.invalidate_all()
        with (
            self.failing(type(envelopes), "_expire", second),
            mute_logger("odoo.addons.odoo_esign.models.ir_cron"),
        ):
            self.env["esign.envelope"]._cron_expire()
        self.assertEqual(envelopes.mapped("state"), ["expired", "sent", "expired"])
        self.assertNotIn("expired", self.codes(second), "what it had begun is taken back")
        self.env["esign.envelope"]._cron_expire()
        self.assertEqual(second.state, "expired")
        for envelope in envelopes:
            self.assertEqual(self.codes(envelope).count("expired"), 1)

    def overdue(self, envelope):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_envelope SET date_deadline = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(minutes=1), envelope.id],
        )
        self.env.invalidate_all()

    def test_what_could_not_be_prepared_in_time(self):
        """A report was broken for weeks: nobody is asked for what is over."""
        first, second = self.make_envelope(), self.make_envelope()
        for envelope in first | second:
            envelope.with_user(self.sender).action_send()
            self.overdue(envelope)
        first._expire()
        self.run_jobs()  # which prepares the other one
        for envelope in first | second:
            self.assertEqual(envelope.state, "expired")
            self.assertEqual(self.codes(envelope), ["requested", "expired"])
        self.assertFalse(self.mails_to(self.customer.email))
        third = self.make_envelope()
        third.with_user(self.sender).action_send()
        self.overdue(third)
        self.env["esign.envelope"]._cron_expire()
        self.assertEqual(third.state, "expired")

    def test_reminders(self):
        first, second, third = (self.send_new(reminder_first=3) for _number in range(3))
        signers = (first | second | third).signer_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_signer SET date_mailed = %s WHERE id IN %s",
            [fields.Datetime.now() - timedelta(days=4), tuple(signers.ids)],
        )
        self.env.invalidate_all()
        self.patch(type(signers), "_is_working", lambda _signer, _moment: True)
        with (
            self.failing(type(first), "_queue_due_reminders", second),
            mute_logger("odoo.addons.odoo_esign.models.ir_cron"),
        ):
            self.env["esign.envelope"]._cron_remind()
        reminded = self.env["esign.job"].search(
            [("kind", "=", "remind"), ("signer_id", "in", signers.ids)]
        )
        self.assertEqual(reminded.envelope_id, first | third)

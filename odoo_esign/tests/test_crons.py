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
        with self.failing(type(envelopes), "_expire", second), mute_logger(
            "odoo.addons.odoo_esign.models.ir_cron"
        ):
            self.env["esign.envelope"]._cron_expire()
        self.assertEqual(envelopes.mapped("state"), ["expired", "sent", "expired"])
        self.assertNotIn("expired", self.codes(second), "what it had begun is taken back")
        self.env["esign.envelope"]._cron_expire()
        self.assertEqual(second.state, "expired")
        for envelope in envelopes:
            self.assertEqual(self.codes(envelope).count("expired"), 1)

    def test_reminders(self):
        first, second, third = (
            self.send_new(reminder_first=3) for _number in range(3)
        )
        signers = (first | second | third).signer_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_signer SET date_mailed = %s WHERE id IN %s",
            [fields.Datetime.now() - timedelta(days=4), tuple(signers.ids)],
        )
        self.env.invalidate_all()
        self.patch(type(signers), "_is_working", lambda _signer, _moment: True)
        with self.failing(type(first), "_queue_due_reminders", second), mute_logger(
            "odoo.addons.odoo_esign.models.ir_cron"
        ):
            self.env["esign.envelope"]._cron_remind()
        reminded = self.env["esign.job"].search(
            [("kind", "=", "remind"), ("signer_id", "in", signers.ids)]
        )
        self.assertEqual(reminded.envelope_id, first | third)

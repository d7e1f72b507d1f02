"""Warnings before a seal ends: three, each once."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .seals import SealCase


@tagged("post_install", "-at_install")
class TestExpiry(SealCase):
    def setUp(self):
        super().setUp()
        self.seal = self.make_seal(state="enabled")

    def warned(self, days):
        """Let the daily job run so many days before the end; return the activities there are."""
        now = fields.Datetime.now() if days is None else self.seal.ends - timedelta(days=days)
        with patch.object(fields.Datetime, "now", lambda: now + timedelta(minutes=5)):
            self.env["esign.seal"]._cron_warn()
            self.seal.invalidate_recordset()
            self.words = self.seal.expiry_warning
        kind = self.env.ref("odoo_esign.mail_activity_seal_ends")
        return self.seal.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_three_warnings_each_once(self):
        self.assertFalse(self.warned(None))
        self.assertFalse(self.warned(32))
        self.assertFalse(self.words)
        seen = set()
        for days, new in ((30, True), (29, False), (8, False), (7, True), (2, False), (1, True),
                          (1, False), (0, False), (-3, False)):  # fmt: skip
            found = self.warned(days)
            self.assertIn(self.esign_admin, found.user_id)
            self.assertNotIn(self.foreigner, found.user_id)
            self.assertNotIn(self.sender, found.user_id)
            self.assertEqual(len(found.user_id), len(found), "one each")
            self.assertEqual(set(found.ids) != seen, new, days)
            seen = set(found.ids)
            self.assertIn(" expired on" if days < 1 else "expires on", self.words)

    def test_renewed(self):
        self.assertTrue(self.warned(7))
        self.set(self.seal, pkcs12_file=self.file("p256"))
        self.assertFalse(self.seal.warned_days)
        self.assertFalse(self.warned(None))

    def test_disabled_ones_warn_nobody(self):
        self.set(self.seal, state="disabled")
        self.assertFalse(self.warned(7))

    def test_end_of_the_chain_counts(self):
        self.assertEqual(self.seal.ending_name, "Outside rsa")
        seal = self.env["esign.seal"].search([("code", "=", "builtin")], limit=1)
        self.env["esign.seal"]._cron_warn()
        self.assertTrue(seal.ends and not seal.expiry_warning)

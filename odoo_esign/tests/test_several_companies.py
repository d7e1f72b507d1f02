"""One database, several companies: each envelope keeps to its own, whichever is switched on."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .test_sale import SaleCase


@tagged("post_install", "-at_install")
class TestSeveralCompanies(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.company | cls.other_company
        cls.seller.company_ids = [Command.set(cls.both.ids)]
        cls.other_company.write(
            {
                "esign_validity_days": 90,
                "esign_reminder_first": 11,
                "esign_require_reading": True,
            }
        )
        cls.company.write({"esign_validity_days": 5, "esign_require_reading": False})

    def test_settings_are_those_of_the_records_company(self):
        """The order is of the other company than the one that is switched on first."""
        self.env["esign.seal"]._get_for(self.other_company)
        order = self.make_order(company_id=self.other_company.id, validity_date=False)
        order = order.with_context(allowed_company_ids=self.both.ids)
        self.assertEqual(order.env.company, self.company)
        envelope = self.env["esign.envelope"].browse(order.action_esign_send()["res_id"])
        self.assertEqual(envelope.company_id, self.other_company)
        self.assertEqual(envelope.reminder_first, 11)
        self.assertTrue(envelope.require_reading)
        self.assertGreater(envelope.date_deadline, fields.Datetime.now() + timedelta(days=89))

    def test_asking_somebody_who_works_in_one_of_them(self):
        """The sender has both companies switched on; who is asked instead works in one."""
        envelope = self.send_new([self.customer], user=self.seller)
        dialog = (
            self.env["esign.signer.change"]
            .with_user(self.seller)
            .with_context(allowed_company_ids=self.both.ids)
            .create(
                {
                    "signer_id": envelope.signer_ids.id,
                    "partner_id": self.colleague.partner_id.id,
                    "name": "Cora Colleague",
                    "email": self.colleague.email,
                    "invite_by": "mail",
                    "identification": "link",
                    "reason": "She knows the matter.",
                }
            )
        )
        dialog.action_change()
        self.run_jobs()
        self.assertEqual(envelope.signer_ids.user_id, self.colleague)
        activity = envelope.activity_ids.filtered(lambda a: a.user_id == self.colleague)
        self.assertEqual(len(activity), 1)

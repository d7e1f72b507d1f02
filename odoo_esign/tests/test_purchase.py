"""A purchase above the limit: approved by a manager's signature, and in no other way."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import NETWORK, EsignCase, draw_content

LOGIN = {**NETWORK, "identification": "login"}


class PurchaseCase(EsignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._make_user("buyer", "Bert Buyer", "purchase.group_purchase_user")
        cls.second_manager = cls._make_user(
            "manager2", "Max Manager", "purchase.group_purchase_manager"
        )
        cls.company.write(
            {
                "po_double_validation": "two_step",
                "po_double_validation_amount": 5000.0,
                "po_esign_approval": True,
                "po_esign_approver_ids": [Command.set((cls.manager | cls.second_manager).ids)],
            }
        )
        cls.vendor = cls._make_partner("Viktor Vendor")
        cls.product = cls.env["product.product"].create(
            {"name": "Machine", "supplier_taxes_id": False}
        )

    def make_order(self, amount=10000.0, user=None):
        return (
            self.env["purchase.order"]
            .with_user(user or self.buyer)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_qty": 1,
                                "price_unit": amount,
                            }
                        )
                    ],
                }
            )
        )

    def confirm(self, amount=10000.0, user=None):
        """Confirm as the buyer and prepare the envelope, with a drawn PDF as the report."""
        order = self.make_order(amount, user)
        self.patch(type(self.env["esign.document"]), "_render_content", draw_content)
        order.button_confirm()
        self.run_jobs()
        return self.env["purchase.order"].browse(order.id)

    def envelope_of(self, order):
        return self.env["esign.envelope"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "=", order.id)], limit=1
        )

    def approve(self, order, manager=None):
        signers = self.envelope_of(order).signer_ids
        signer = signers.filtered(lambda s: s.user_id == (manager or self.manager))
        answer = self.sign(signer, network={**LOGIN, "user_id": signer.user_id.id})
        self.run_jobs()
        return answer


class TestApproval(PurchaseCase):
    def test_below_the_limit_as_in_odoo(self):
        order = self.confirm(4999.0)
        self.assertEqual(order.state, "purchase")
        self.assertFalse(self.envelope_of(order))

    def test_above_the_limit_it_waits_and_goes_to_the_managers(self):
        order = self.confirm()
        self.assertEqual(order.state, "to approve")
        envelope = self.envelope_of(order)
        self.assertEqual(envelope.state, "sent")
        self.assertEqual(envelope.user_id, self.buyer)
        self.assertEqual(envelope.signer_ids.user_id, self.manager | self.second_manager)
        self.assertEqual(set(envelope.signer_ids.mapped("action")), {"approve"})
        self.assertTrue(self.mails_to(self.manager.email))
        activities = order.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref("odoo_esign.mail_activity_sign")
        )
        self.assertEqual(activities.user_id, self.manager | self.second_manager)

    def test_one_signature_approves_in_the_managers_name(self):
        order = self.confirm()
        self.assertTrue(self.approve(order)["ok"])
        envelope = self.envelope_of(order)
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(order.state, "purchase")
        self.assertEqual(
            envelope.signer_ids.filtered(lambda s: s.state == "released").user_id,
            self.second_manager,
        )
        approvals = order.message_ids.filtered(
            lambda m: (
                "state" in m.sudo().tracking_value_ids.field_id.mapped("name")
                and "Purchase Order" in m.sudo().tracking_value_ids.mapped("new_value_char")
            )
        )
        self.assertEqual(approvals.author_id, self.manager.partner_id)
        self.assertFalse(
            order.activity_ids.filtered(
                lambda a: a.activity_type_id == self.env.ref("odoo_esign.mail_activity_sign")
            ),
            "nobody is asked any more",
        )
        filed = self.env["ir.attachment"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "=", order.id)]
        )
        self.assertIn(envelope.document_ids.sealed_attachment_id.raw, filed.mapped("raw"))

    def test_unused_fields_are_closed(self):
        order = self.confirm()
        self.approve(order)
        self.assertIn("closed", self.codes(self.envelope_of(order)))

    def test_managers_own_order_waits_too(self):
        order = self.confirm(user=self.manager)
        self.assertEqual(order.state, "to approve")
        self.assertEqual(self.envelope_of(order).signer_ids.user_id, self.second_manager)

    def test_nobody_left_to_approve(self):
        self.company.po_esign_approver_ids = self.manager
        order = self.make_order(user=self.manager)
        refused = self.assertRaisesRegex(UserError, "no purchasing manager other than the buyer")
        with refused, self.cr.savepoint():
            order.button_confirm()
        self.assertEqual(order.state, "draft")

    def test_switched_off_as_in_odoo(self):
        self.company.po_esign_approval = False
        order = self.confirm()
        self.assertEqual(order.state, "to approve")
        self.assertFalse(self.envelope_of(order))
        order.with_user(self.manager).button_approve()
        self.assertEqual(order.state, "purchase")

    def test_manager_without_login_link(self):
        """A stranger who gets hold of the mail can't approve: it holds an address, no key."""
        order = self.confirm()
        signer = self.envelope_of(order).signer_ids[0]
        self.assertNotIn("/esign/s/", "".join(map(self.body_of, self.mails_to(signer.email))))
        self.assertEqual(signer._identify(None, self.env.ref("base.public_user")), None)
        self.assertEqual(signer._identify(None, self.buyer), None)
        self.assertEqual(signer._identify(None, signer.user_id), "login")


class TestGuard(PurchaseCase):
    def test_direct_approval_says_what_is_missing(self):
        order = self.confirm()
        with self.assertRaisesRegex(UserError, "Mia Manager"):
            order.with_user(self.manager).button_approve()
        with self.assertRaises(UserError):
            order.with_user(self.manager).button_approve(force=True)
        self.assertEqual(order.state, "to approve")

    def test_approval_allowed_only_over_the_current_terms(self):
        order = self.confirm()
        self.assertFalse(order.with_user(self.manager)._approval_allowed())
        signer = self.envelope_of(order).signer_ids.filtered(lambda s: s.user_id == self.manager)
        self.sign(signer, network={**LOGIN, "user_id": self.manager.id})
        self.assertFalse(order.with_user(self.manager)._approval_allowed(), "not sealed yet")
        order.order_line.price_unit = 20000.0
        self.run_jobs()
        self.assertEqual(order.state, "to approve", "not what was signed")
        self.assertFalse(order.with_user(self.manager)._approval_allowed())
        with self.assertRaisesRegex(UserError, "nobody has signed its current version"):
            order.with_user(self.manager).button_approve()

    def test_changed_order_takes_no_approval(self):
        order = self.confirm()
        order.order_line.product_qty = 2
        self.assertEqual(self.approve(order)["code"], "revised")

    def test_sent_again_over_the_new_terms(self):
        order = self.confirm()
        order.order_line.product_qty = 2
        self.envelope_of(order).with_user(self.buyer).action_cancel()
        order.with_user(self.buyer).action_esign_send()
        self.run_jobs()
        self.assertTrue(self.approve(order)["ok"])
        self.assertEqual(order.state, "purchase")

    def test_home_made_envelope_approves_nothing(self):
        """Neither another PDF nor another person counts as the managers' approval."""
        order = self.confirm()
        self.envelope_of(order).with_user(self.buyer).action_cancel()
        for user in (self.colleague, self.manager):
            envelope = self.make_envelope(
                [
                    {
                        "partner_id": user.partner_id.id,
                        "action": "approve",
                        "identification": "login",
                    }
                ],
                user=self.buyer,
                res_model="purchase.order",
                res_id=order.id,
            )
            # the report named beside an uploaded PDF is not the report
            envelope.document_ids.report_id = order._esign_report()
            self.send(envelope)
            self.sign(envelope.signer_ids, network={**LOGIN, "user_id": user.id})
            self.run_jobs()
            self.assertEqual(envelope.state, "completed")
            self.assertEqual(order.state, "to approve", user.name)

    def test_declined_goes_back_to_the_buyer(self):
        order = self.confirm()
        signer = self.envelope_of(order).signer_ids.filtered(lambda s: s.user_id == self.manager)
        signer._decline("Not in the budget", {"ip_address": "192.0.2.1"})
        self.run_jobs()
        self.assertEqual(order.state, "draft")
        todo = order.activity_ids.filtered(lambda a: a.user_id == self.buyer)
        self.assertIn("Not in the budget", todo.note)
        order.with_user(self.buyer).button_confirm()
        self.run_jobs()
        self.assertEqual(order.state, "to approve")
        self.assertTrue(self.approve(order)["ok"])
        self.assertEqual(order.state, "purchase")

    def test_approval_does_not_survive_taking_the_order_back(self):
        order = self.confirm()
        self.approve(order)
        self.assertEqual(order.state, "purchase")
        self.env.cr.execute(
            "UPDATE esign_envelope SET date_sent = date_sent - interval '1 hour' WHERE res_id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        order.with_user(self.buyer).button_cancel()
        order.with_user(self.buyer).button_draft()
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, "to approve", "somebody has to approve it anew")
        with self.assertRaises(AccessError):
            self.rpc(self.buyer, "purchase.order", "write", order.ids, {"esign_taken_back": False})

    def test_manager_without_mail_address(self):
        self.manager.partner_id.email = False
        order = self.confirm()
        self.assertEqual(order.state, "to approve")
        self.assertEqual(self.envelope_of(order).state, "sent")

    def test_cancelled_order_closes_the_envelope(self):
        order = self.confirm()
        order.with_user(self.buyer).button_cancel()
        self.assertEqual(self.envelope_of(order).state, "cancelled")

"""Everybody's way through the pages in a real browser, at desktop and at phone width."""

from unittest.mock import patch

from odoo.fields import Command

from .common import EsignHttpCase, draw_content, slow
from .people import new_quotation


class TourCase(EsignHttpCase):
    browser_size = "1280x800"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._make_user("seller", "Sara Seller", "sales_team.group_sale_salesman")
        cls.buyer = cls._make_user("buyer", "Bert Buyer", "purchase.group_purchase_user")
        cls.company.write(
            {
                "po_double_validation": "two_step",
                "po_double_validation_amount": 5000.0,
                "po_esign_approval": True,
                "po_esign_approver_ids": [Command.set(cls.manager.ids)],
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Machine", "taxes_id": False, "supplier_taxes_id": False}
        )

    def setUp(self):
        super().setUp()
        # the report is printed in the tests of quotation and purchase order; here the server
        # that wkhtmltopdf would ask for style sheets waits for the test's own cursor
        self.startPatcher(
            patch.object(type(self.env["esign.document"]), "_render_content", draw_content)
        )


class TestTours(TourCase):
    """At desktop width."""

    def make_quotation(self):
        return new_quotation(self.seller, self.customer, self.product)

    def test_salesperson_and_customer(self):
        order = self.make_quotation()
        self.start_tour(
            f"/odoo/sales/{order.id}", "odoo_esign_salesperson_sends", login=self.seller.login
        )
        self.run_jobs()
        envelope = self.env["esign.envelope"]._open_for(order.sudo())
        signer = envelope.signer_ids
        self.start_tour(self.link_of(signer), "odoo_esign_customer_signs", login=None)
        self.env.invalidate_all()
        self.assertEqual(signer.state, "signed")
        self.assertIn("opened", self.codes(envelope))
        self.assertEqual(envelope.signature_ids.kind, "typed")
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(order.sudo().state, "sale")

    def test_customer_declines(self):
        envelope = self.send_new()
        self.start_tour(
            self.link_of(envelope.signer_ids), "odoo_esign_customer_declines", login=None
        )
        self.env.invalidate_all()
        self.assertEqual(envelope.state, "declined")
        self.assertIn("too late for us", envelope.closing_reason)


class TestMoreTours(TourCase):
    """At desktop width."""

    def test_customer_asks_and_hands_on(self):
        envelope = self.send_new(allow_delegation=True)
        self.start_tour(self.link_of(envelope.signer_ids), "odoo_esign_customer_asks", login=None)
        self.env.invalidate_all()
        self.assertEqual(envelope.signer_ids.name, "Olga Other")
        self.assertIn("asked", self.codes(envelope))

    def test_viewer(self):
        viewer = {"partner_id": self.second.id, "action": "view"}
        envelope = self.send_new([self.customer, viewer])
        signer = envelope.signer_ids.filtered(lambda s: s.action == "view")
        self.start_tour(self.link_of(signer), "odoo_esign_viewer_reads", login=None)
        self.env.invalidate_all()
        self.assertTrue(signer.date_opened)
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.start_tour(self.link_of(signer), "odoo_esign_viewer_gets_copy", login=None)


class TestPurchaseTours(TourCase):
    """At desktop width."""

    def test_buyer_and_manager(self):
        order = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_qty": 1,
                                "price_unit": 9000.0,
                            }
                        )
                    ],
                }
            )
        )
        form = f"/odoo/action-purchase.purchase_rfq/{order.id}"
        self.start_tour(form, "odoo_esign_buyer_confirms", login=self.buyer.login)
        self.run_jobs()
        self.start_tour(form, "odoo_esign_manager_opens", login=self.manager.login)
        envelope = self.env["esign.envelope"]._open_for(order.sudo())
        page = order.with_user(self.manager).action_esign_sign()["url"]
        self.start_tour(page, "odoo_esign_manager_approves", login=self.manager.login)
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(envelope.signature_ids.identification, "login")
        self.assertEqual(order.sudo().state, "purchase")


class TestToursOnAPhone(TestTours):
    browser_size = "360x740"
    touch_enabled = True


@slow
class TestMoreToursOnAPhone(TestMoreTours):
    browser_size = "360x740"
    touch_enabled = True


@slow
class TestPurchaseToursOnAPhone(TestPurchaseTours):
    browser_size = "360x740"
    touch_enabled = True

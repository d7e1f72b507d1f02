"""Several quotations or orders, chosen in their list, are sent at once."""

from datetime import timedelta

from odoo import fields

from .common import draw_content
from .test_purchase import PurchaseCase
from .test_sale import SaleCase


def press(records, action, user):
    """Choose an action of the list's menu."""
    chosen = {"active_model": records._name, "active_ids": records.ids, "active_id": records[0].id}
    return records.env.ref(f"odoo_esign.{action}").with_user(user).with_context(**chosen).run()


class TestSeveralQuotations(SaleCase):
    def press(self, orders):
        self.patch(type(self.env["esign.document"]), "_render_content", draw_content)
        answer = press(orders, "action_sale_order_send_several", self.seller)
        return answer["params"], answer["params"]["next"]

    def test_each_gets_an_envelope(self):
        orders = self.make_order() | self.make_order()
        told, shown = self.press(orders)
        self.assertEqual(told["type"], "success")
        self.assertEqual(told["message"], "Being sent for signature: 2")
        envelopes = self.env["esign.envelope"].with_user(self.seller).search(shown["domain"])
        self.assertEqual(sorted(envelopes.mapped("res_id")), sorted(orders.ids))
        self.assertEqual(set(envelopes.mapped("state")), {"preparing"})
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(set(envelopes.mapped("state")), {"sent"})

    def test_those_that_cannot_be_sent_stop_nobody(self):
        unreachable = self.env["res.partner"].create({"name": "No Address"})
        over = self.make_order(validity_date=fields.Date.today() - timedelta(days=1))
        out, good = self.make_order(), self.make_order()
        out.action_esign_send()
        nowhere = self.make_order(partner_id=unreachable.id)
        told, shown = self.press(over | out | nowhere | good)
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        first, second, *lines = told["message"].split("\n")
        self.assertEqual((first, second), ("Being sent for signature: 1", "Not sent: 3"))
        named = [line.split(":")[0] for line in lines]
        self.assertEqual(named, (over | out | nowhere).mapped("name"))
        for line, why in zip(lines, ("expired", "already out", "email"), strict=True):
            self.assertIn(why, line)
        self.assertEqual(self.env["esign.envelope"].search(shown["domain"]).res_id, good.id)
        # what was begun for it is taken back
        self.assertFalse(self.env["esign.envelope"].search([("res_id", "=", nowhere.id)]))

    def test_of_many_only_some_are_named(self):
        orders = self.make_order(state="cancel").browse()
        for _number in range(12):
            orders |= self.make_order(state="cancel")
        told, shown = self.press(orders)
        self.assertFalse(shown)
        self.assertEqual(len(told["message"].split("\n")), 12)
        self.assertTrue(told["message"].endswith("and 2 more"))


class TestSeveralPurchases(PurchaseCase):
    def test_orders_that_wait_are_sent_to_the_managers(self):
        waits, draft = self.confirm(), self.make_order()
        self.envelope_of(waits)._cancel("Once more")
        told = press(waits | draft, "action_purchase_order_send_several", self.buyer)["params"]
        self.assertIn("Being sent for signature: 1", told["message"])
        self.assertIn(f"{draft.display_name}: Only orders waiting for approval", told["message"])

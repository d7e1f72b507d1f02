"""A record that says something else while an envelope about it is open: who notices, and when."""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_sale import SaleCase


@tagged("post_install", "-at_install")
class TestRecordChanges(SaleCase):
    def set_the_scene(self):
        self.order, self.envelope = self.send_order()
        self.commit()

    def commit(self):
        """Do what comes before a commit, and what is queued then."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_jobs(allow_failures=True)
        self.env.invalidate_all()

    def lines(self, code="record_changed"):
        return self.envelope.event_ids.filtered(lambda e: e.code == code).sorted("seq")

    # ------------------------------------------------------------- the seller
    def test_seller_changes_a_line(self):
        messages = self.envelope.message_ids
        self.order.with_user(self.seller).order_line.price_unit = 1.0
        self.commit()
        line = self.lines()
        facts = json.loads(line.data)
        self.assertEqual(facts["noticed"], "writing")
        self.assertEqual(facts["frozen_sha256"], self.envelope.terms_sha256)
        self.assertNotEqual(facts["now_sha256"], facts["frozen_sha256"])
        self.assertEqual(line.sentence, f"“{self.order.name}” no longer matches what was sent")
        self.assertTrue(self.envelope.terms_differ)
        told = self.envelope.message_ids - messages
        self.assertIn("Nobody can sign it like this", told.body)
        # signing notices the same state: one line for each
        self.assertEqual(self.sign(self.envelope.signer_ids)["code"], "revised")
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(len(self.lines("refused")), 1)

    def test_changed_and_put_back(self):
        line = self.order.order_line
        for price, differs, count in ((1.0, True, 1), (100.0, False, 1), (1.0, True, 1)) * 2:
            line.price_unit = price
            self.commit()
            self.assertEqual(self.envelope.terms_differ, differs)
            self.assertEqual(len(self.lines()), count, "once per state")
        line.price_unit = 2.0
        self.commit()
        self.assertEqual(len(self.lines()), 2)

    def test_within_one_transaction_it_is_no_change(self):
        self.order.order_line.price_unit = 1.0
        self.order.order_line.price_unit = 100.0
        self.commit()
        self.assertFalse(self.lines())
        self.assertFalse(self.envelope.job_ids.filtered(lambda j: j.kind == "changed"))

    def test_every_way_to_change_it(self):
        product = {"product_id": self.product.id}
        for change in (
            lambda: self.order.write({"client_order_ref": "X"}),
            lambda: self.order.order_line.write({"name": "Another thing"}),
            lambda: self.order.write({"order_line": [Command.create(product)]}),
            lambda: self.order.order_line[0].unlink(),
        ):
            before = len(self.lines())
            change()
            self.commit()
            self.assertEqual(len(self.lines()), before + 1)

    def test_what_says_nothing_is_no_change(self):
        self.order.message_post(body="Hello")
        self.order.user_id = self.sender
        self.commit()
        self.assertFalse(self.lines())

    def test_closed_envelope_is_left_alone(self):
        self.envelope._cancel("No")
        self.order.order_line.price_unit = 1.0
        self.commit()
        self.assertFalse(self.lines())

    def test_cost_of_writing_a_record_without_envelope(self):
        orders = self.make_order() | self.make_order()
        self.commit()
        orders.write({"client_order_ref": "W"})
        self.commit()  # the caches of the registry are filled
        orders.write({"client_order_ref": "X"})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env.cr.precommit.run()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)

    # ------------------------------------------------------------- at signing and afterwards
    def test_noticed_when_signing(self):
        """Somebody wrote past Odoo: nobody notices until the customer signs."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET client_order_ref = 'X' WHERE id = %s", [self.order.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.sign(self.envelope.signer_ids)["code"], "revised")
        self.assertEqual(json.loads(self.lines().data)["noticed"], "signing")

    def test_noticed_before_what_follows(self):
        self.sign(self.envelope.signer_ids)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET client_order_ref = 'X' WHERE id = %s", [self.order.id]
        )
        self.env.invalidate_all()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(json.loads(self.lines().data)["noticed"], "consequence")
        self.assertTrue(self.lines("consequence_skipped"))

    # ------------------------------------------------------------- what follows fails
    def test_consequence_that_fails(self):
        self.sign(self.envelope.signer_ids)
        with patch.object(type(self.order), "_esign_on_completed", side_effect=UserError("Full")):
            self.run_jobs(allow_failures=True)
            job = self.envelope.job_ids.filtered(lambda j: j.kind == "consequence")
            for _attempt in range(11):
                job.next_try = "2020-01-01"
                self.run_jobs(allow_failures=True)
        self.env.invalidate_all()
        self.assertEqual(job.state, "attention")
        first, last = self.lines("consequence_failed")
        name = self.order.name
        self.assertEqual(first.sentence, f"The follow-up on “{name}” failed: Full")
        self.assertEqual(
            last.sentence,
            f"The follow-up on “{name}” failed 12 times and was given up: Full",
        )
        self.assertEqual(self.envelope._verify_log(), [])

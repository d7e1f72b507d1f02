"""What has expired is re-opened: by whom, when, what becomes of links, signatures and the log."""

import tempfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import NETWORK, EsignCase, EsignHttpCase, make_pdf
from .test_package import unpack, verify


class Expired:
    def expire(self, envelope):
        """Let the time run out, and the cron see it."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE esign_envelope SET date_deadline = now() AT TIME ZONE 'UTC' - interval '1 min'
                WHERE id = %s""",
            [envelope.id],
        )
        self.env.invalidate_all()
        envelope._expire()
        self.env.flush_all()
        self.assertEqual(envelope.state, "expired")

    def reopen(self, envelope, user=None, days=7):
        """Press the button, and the one in its dialog."""
        user = user or self.sender
        action = self.rpc(user, "esign.envelope", "action_ask_extend", envelope.ids)
        deadline = fields.Datetime.now() + timedelta(days=days)
        wizard = self.rpc(
            user,
            action["res_model"],
            "create",
            [
                {
                    "envelope_ids": [[6, 0, envelope.ids]],
                    "date_deadline": fields.Datetime.to_string(deadline),
                }
            ],
        )
        self.rpc(user, action["res_model"], "action_extend", wizard)
        self.env.invalidate_all()
        return deadline


@tagged("post_install", "-at_install")
class TestReopen(Expired, EsignCase):
    def test_who_has_signed_has_signed(self):
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        self.sign(first)
        self.run_jobs()
        signature = envelope.signature_ids
        self.expire(envelope)
        self.mails.clear()
        deadline = self.reopen(envelope)
        self.assertEqual((envelope.state, envelope.date_deadline), ("sent", deadline))
        self.run_jobs()
        self.assertFalse(self.mails_to(first.email))
        [mail] = self.mails_to(second.email)
        self.assertIn("More time to sign", mail["Subject"])
        self.assertEqual(envelope.signature_ids, signature)
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        codes = self.codes(envelope)
        self.assertLess(codes.index("signed"), codes.index("expired"))
        after = codes[codes.index("expired") :]
        self.assertEqual(after[:3], ["expired", "reopened", "resent"])
        self.assertEqual(codes.count("signed"), 2)
        reopened = envelope.event_ids.filtered(lambda e: e.code == "reopened")
        self.assertEqual(reopened.actor, f"user:{self.sender.id}")
        self.assertIn("Sam Sender reopened the envelope", reopened.sentence)
        self.assertFalse(envelope._verify_evidence())
        with tempfile.TemporaryDirectory() as folder:
            status, output = verify(unpack(envelope._kept_package()._read_kept(), folder))
        self.assertEqual(status, 0, output)
        self.assertFalse(self.env["esign.check"]._find_states(self.company.id, self.only(envelope)))

    def only(self, envelope):
        return SQL("AND v.id = %s", envelope.id)

    def test_a_mark_that_was_under_way_is_placed(self):
        envelope = self.send_new([self.customer, self.second])
        self.sign(envelope.signer_ids[0])
        self.expire(envelope)
        self.run_jobs()
        self.assertFalse(envelope.signature_ids.sealed)
        self.reopen(envelope)
        self.run_jobs()
        self.assertTrue(envelope.signature_ids.sealed)
        self.sign_all(envelope)
        self.assertFalse(envelope._verify_evidence())

    def test_an_invitation_that_never_went_out(self):
        with self.mails_fail():
            envelope = self.make_envelope()
            self.send(envelope, allow_failures=True)
        self.expire(envelope)
        self.reopen(envelope)
        self.run_jobs()
        [mail] = self.mails_to(self.customer.email)
        self.assertIn("Please sign", mail["Subject"])
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")

    def test_later_steps_wait_still(self):
        envelope = self.send_new([self.customer, {"partner_id": self.second.id, "step": 2}])
        self.expire(envelope)
        self.reopen(envelope)
        self.run_jobs()
        self.assertFalse(self.mails_to(self.second.email))
        self.assertEqual(envelope.signer_ids.mapped("state"), ["invited", "waiting"])
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")

    def test_users_are_asked_again(self):
        envelope = self.send_new([self.all_documents.partner_id])
        own = envelope.signer_ids._own_activities
        self.assertTrue(own())
        self.expire(envelope)
        self.assertFalse(own())
        deadline = self.reopen(envelope)
        self.assertEqual(own().date_deadline, deadline.date())

    def test_again_and_again(self):
        envelope = self.send_new()
        for _turn in range(2):
            self.expire(envelope)
            self.reopen(envelope)
        self.expire(envelope)
        self.mails.clear()
        self.run_jobs()
        self.assertFalse(self.mails)
        self.assertEqual(envelope.state, "expired")
        self.reopen(envelope)
        self.run_jobs()
        self.assertEqual(len(self.mails), 1)
        self.assertEqual(self.codes(envelope).count("reopened"), 3)
        self.assertFalse(envelope._verify_log())

    def test_reminders_begin_anew(self):
        envelope = self.send_new(last_call=1)
        envelope.signer_ids.with_user(self.sender).action_remind()
        self.run_jobs()
        self.expire(envelope)
        self.reopen(envelope)
        self.assertFalse(envelope.signer_ids.reminder_count)
        self.run_jobs()
        self.env.cr.execute("UPDATE esign_job SET create_date = create_date - interval '2 hours'")
        envelope.signer_ids.with_user(self.sender).action_remind()
        self.run_jobs()
        self.assertEqual(envelope.signer_ids.reminder_count, 1)

    def test_not_by_others(self):
        envelope = self.send_new()
        self.expire(envelope)
        before = self.snapshot(envelope)
        for user in (self.colleague, self.no_groups, self.foreigner, self.portal):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.reopen(envelope, user=user)
        deadline = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=3))
        for values in ({"state": "sent"}, {"date_deadline": deadline}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.rpc(self.sender, "esign.envelope", "write", envelope.ids, values)
        self.env.invalidate_all()
        self.assertEqual(self.snapshot(envelope), before)
        self.reopen(envelope, user=self.all_documents)
        self.assertEqual(envelope.state, "sent")

    def test_nothing_else_is_reopened(self):
        declined, cancelled = self.send_new(), self.send_new()
        declined.signer_ids._decline("No", NETWORK)
        cancelled.with_user(self.sender).action_cancel()
        done = self.sign_all(self.send_new())
        for envelope in (declined, cancelled, done):
            with self.assertRaises(UserError):
                self.reopen(envelope)
            with self.assertRaises(UserError):
                envelope._reopen(fields.Datetime.now() + timedelta(days=3))

    def test_what_was_never_prepared(self):
        """There is nothing to sign in it: no document was frozen."""
        envelope = self.make_envelope()
        envelope.with_user(self.sender).action_send()
        self.expire(envelope)
        with self.assertRaisesRegex(UserError, "never sent"):
            self.reopen(envelope)
        self.run_jobs()
        self.assertEqual(envelope.state, "expired")

    def test_not_into_the_past(self):
        envelope = self.send_new()
        self.expire(envelope)
        with self.assertRaisesRegex(UserError, "future"):
            self.reopen(envelope, days=-1)

    def test_open_and_expired_ones_at_once(self):
        under_way, late = self.send_new(), self.send_new()
        self.expire(late)
        deadline = self.reopen(under_way | late, days=60)
        self.assertEqual((under_way | late).mapped("state"), ["sent", "sent"])
        self.assertEqual(set((under_way | late).mapped("date_deadline")), {deadline})
        self.assertIn("extended", self.codes(under_way))

    def test_what_was_never_sent(self):
        envelope = self.make_envelope()
        envelope.with_user(self.sender).action_send()
        self.expire(envelope)
        with self.assertRaisesRegex(UserError, "never sent"):
            self.reopen(envelope)
        with self.assertRaisesRegex(UserError, "never sent"):
            envelope._reopen(fields.Datetime.now() + timedelta(days=3))

    def test_the_keys_are_gone(self):
        envelope = self.send_new()
        self.expire(envelope)
        old = envelope.sudo().authority_id
        old._replace("planned", "another name")
        self.env.cr.execute("DELETE FROM esign_authority_key WHERE authority_id = %s", [old.id])
        with self.assertRaisesRegex(UserError, "keys"):
            self.reopen(envelope)

    def test_the_daily_check_sees_a_state_set_back_by_hand(self):
        """Reported where the log says nothing of a re-opening."""
        envelope = self.send_new()
        self.expire(envelope)
        find, only = self.env["esign.check"]._find_states, self.only(envelope)
        self.assertFalse(find(self.company.id, only))
        for state, problem in (("sent", True), ("expired", False)):
            self.env.cr.execute(
                "UPDATE esign_envelope SET state = %s WHERE id = %s", [state, envelope.id]
            )
            self.assertEqual(bool(find(self.company.id, only)), problem)
        self.reopen(envelope)
        self.env.flush_all()
        self.assertFalse(find(self.company.id, only))
        self.env.cr.execute(
            "UPDATE esign_envelope SET state = 'expired' WHERE id = %s", [envelope.id]
        )
        self.assertTrue(find(self.company.id, only))


@tagged("post_install", "-at_install")
class TestReopenRecords(Expired, EsignCase):
    """What a record says decides whether an envelope about it comes back."""

    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["esign.document"]), "_render_content", lambda _document: self.content
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.content = make_pdf("Order")
        cls.sender.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        product = cls.env["product.product"].create({"name": "Desk", "list_price": 100})
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.sender.id,
                "require_payment": False,
                "order_line": [fields.Command.create({"product_id": product.id})],
            }
        )

    def sent(self):
        self.order.with_user(self.sender).action_esign_send()
        self.run_jobs()
        return self.env["esign.envelope"].search([("res_id", "=", self.order.id)])[:1]

    def test_the_order_is_confirmed(self):
        envelope = self.sent()
        self.expire(envelope)
        self.reopen(envelope)
        self.run_jobs()
        self.sign_all(envelope)
        self.assertEqual(self.order.state, "sale")

    def test_the_quotation_has_changed(self):
        envelope = self.sent()
        self.expire(envelope)
        self.order.order_line.price_unit = 50
        with self.assertRaisesRegex(UserError, "changed"):
            self.reopen(envelope)
        self.order.order_line.price_unit = 100
        self.reopen(envelope)
        self.assertEqual(envelope.state, "sent")

    def test_another_envelope_is_out(self):
        envelope = self.sent()
        self.expire(envelope)
        newer = self.sent()
        self.assertNotEqual(newer, envelope)
        with self.assertRaisesRegex(UserError, "another envelope"):
            self.reopen(envelope)
        newer._cancel("not this one")
        self.reopen(envelope)
        self.assertEqual(envelope.state, "sent")


@tagged("post_install", "-at_install")
class TestReopenOverHttp(Expired, EsignHttpCase):
    def test_links(self):
        """They open nothing when the time is over; re-opened, the old and the new one do."""
        envelope = self.send_new()
        signer = envelope.signer_ids
        old = self.link_of(signer)
        page = self.page_of(self.open_link(signer))
        self.expire(envelope)
        answer = self.post_sign(signer, page)
        self.assertEqual((answer["ok"], answer["code"]), (False, "expired"))
        response = self.url_open(old)
        self.assertEqual((response.status_code, self.code_of(response)), (410, "expired"))
        self.assertEqual(self.url_open(page["documents"][0]["url"]).status_code, 404)
        self.reopen(envelope)
        self.assertEqual(self.page_of(self.url_open(old))["state"], "ready")
        self.run_jobs()
        new = self.link_of(signer)
        self.assertNotEqual(new, old)
        self.assertEqual(self.page_of(self.url_open(old))["state"], "ready")
        self.opener.cookies.clear()
        page = self.page_of(self.url_open(new))
        self.assertTrue(self.post_sign(signer, page)["ok"])

    def test_links_that_an_earlier_version_has_closed(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        old = self.link_of(signer)
        self.expire(envelope)
        self.env.cr.execute(
            "UPDATE esign_signer SET token_sha256 = NULL WHERE id = %s", [signer.id]
        )
        self.env.invalidate_all()
        self.reopen(envelope)
        self.run_jobs()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.page_of(self.open_link(signer))["state"], "ready")

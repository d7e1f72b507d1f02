"""Jobs: back-off, attention, retry; one that fails never lets an unproven state through."""

from datetime import timedelta
from unittest.mock import patch

from odoo.addons.odoo_esign.models.esign_job import JobRefused
from odoo.addons.odoo_esign.models.esign_job_run import MAX_ATTEMPTS, MAX_MEETINGS, EnvelopeMoved
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import EsignCase

JOB_LOGGER = "odoo.addons.odoo_esign.models.esign_job_run"


class TestJobs(EsignCase):
    def jobs(self, envelope, kind):
        self.env.invalidate_all()
        return envelope.job_ids.filtered(lambda j: j.kind == kind)

    def run_ready(self):
        self.env.cr.execute("UPDATE esign_job SET next_try = '2000-01-01' WHERE state = 'pending'")
        self.run_jobs(allow_failures=True)

    def test_key_is_unique_per_step(self):
        envelope = self.make_envelope()
        first = self.env["esign.job"]._enqueue("prepare", envelope)
        self.assertTrue(first)
        self.assertFalse(self.env["esign.job"]._enqueue("prepare", envelope))

    def test_mail_that_fails_waits_and_is_retried(self):
        envelope = self.make_envelope()
        with self.mails_fail():
            self.send(envelope, allow_failures=True)
            job = self.jobs(envelope, "invite")
            self.assertEqual((job.state, job.attempts), ("pending", 1))
            self.assertIn("Mail Delivery Failed", job.error)
            self.assertFalse(envelope.signer_ids.date_mailed)
            # the sender need not wait until it asks for attention
            said = envelope.with_user(self.sender).retry_reason
            self.assertIn("Clara Customer", said)
            self.assertNotIn("\n", said)
        self.assertFalse(
            self.env["mail.mail"].search([("body_html", "like", "/esign/s/")]), "no link stays"
        )
        self.run_ready()
        self.assertEqual(self.jobs(envelope, "invite").state, "done")
        self.assertTrue(envelope.signer_ids.date_mailed)
        self.env.invalidate_all()
        self.assertFalse(envelope.with_user(self.sender).retry_reason)

    @mute_logger(JOB_LOGGER)
    def test_back_off_doubles_up_to_an_hour_then_asks_for_attention(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        waits = []
        with patch.object(
            type(self.env["esign.job"]), "_read_apply", side_effect=RuntimeError("x")
        ):
            for _attempt in range(MAX_ATTEMPTS):
                self.run_ready()
                job = self.jobs(envelope, "apply")
                waits.append(round((job.next_try - job.write_date) / timedelta(minutes=1)))
        self.assertEqual(job.state, "attention")
        self.assertEqual(waits[:7], [1, 2, 4, 8, 16, 32, 60])
        self.assertEqual(set(waits[6:]), {60})
        self.assertTrue(envelope.needs_attention)
        self.assertIn("RuntimeError: x", envelope.attention_reason)
        self.assertEqual(envelope.state, "signed", "not completed, nothing lost")
        self.assertEqual(envelope.activity_ids.user_id, self.sender)
        envelope.with_user(self.sender).action_retry()
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertFalse(envelope.needs_attention)

    def test_refused_asks_for_attention_at_once(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        refusal = JobRefused("the seal has expired")
        with patch.object(type(self.env["esign.job"]), "_read_apply", side_effect=refusal):
            self.run_jobs(allow_failures=True)
        job = self.jobs(envelope, "apply")
        self.assertEqual((job.state, job.error), ("attention", "the seal has expired"))

    def test_later_steps_of_the_chain_wait(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        with patch.object(type(self.env["esign.job"]), "_read_apply", side_effect=UserError("no")):
            self.run_jobs(allow_failures=True)
        self.assertEqual(self.jobs(envelope, "complete").state, "pending")
        self.assertEqual(self.jobs(envelope, "complete").attempts, 0)

    def test_result_is_thrown_away_when_the_envelope_has_moved(self):
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        self.sign(first)
        job = self.env["esign.job"]
        original = job._work_apply

        def slow_work(inputs):
            result = original(inputs)
            if not second.date_signed:
                self.sign(second)
            return result

        with patch.object(type(job), "_work_apply", staticmethod(slow_work)):
            self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(self.codes(envelope).count("sealed"), 2)

    def test_done_jobs_are_not_run_again(self):
        envelope = self.send_new()
        self.sign_all(envelope)
        before = self.codes(envelope)
        envelope.job_ids.with_user(self.sender).action_retry()
        self.run_ready()
        self.assertEqual(self.codes(envelope), before)

    def test_job_that_kills_its_workers_asks_for_attention(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        self.env.flush_all()
        self.env.cr.execute("UPDATE esign_job SET next_try = '2000-01-01' WHERE state = 'pending'")
        for _attempt in range(MAX_ATTEMPTS + 1):
            # claimed, and never heard of again
            self.assertTrue(self.env["esign.job"]._claim())
            self.env.cr.execute(
                "UPDATE esign_job SET lease_until = '2000-01-01' WHERE lease_owner IS NOT NULL"
            )
        self.run_jobs(allow_failures=True)
        job = self.jobs(envelope, "apply")
        self.assertEqual(job.state, "attention")
        self.assertIn("stopped repeatedly", job.error)

    def test_what_always_meets_somebody_asks_for_attention(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        with patch.object(type(self.env["esign.job"]), "_read_apply", side_effect=EnvelopeMoved):
            for _attempt in range(MAX_MEETINGS):
                self.run_ready()
        self.assertEqual(self.jobs(envelope, "apply").state, "attention")

    def test_stuck_envelope_can_be_cancelled(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        with self.assertRaises(UserError):
            envelope.with_user(self.sender).action_cancel()
        refusal = JobRefused("the key is lost")
        with patch.object(type(self.env["esign.job"]), "_read_apply", side_effect=refusal):
            self.run_jobs(allow_failures=True)
        envelope.with_user(self.sender).action_cancel()
        self.assertEqual(envelope.state, "cancelled")
        self.assertTrue(envelope.signature_ids, "signed is signed")
        self.run_ready()
        self.assertEqual(envelope.state, "cancelled")

    def test_lost_lease_writes_nothing(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        self.env.flush_all()
        job_id = self.env["esign.job"]._claim()
        original = self.env["esign.job"]._work_apply

        def robbed(inputs):
            result = original(inputs)
            self.env.cr.execute(
                "UPDATE esign_job SET lease_owner = 'somebody else' WHERE id = %s", [job_id]
            )
            return result

        with patch.object(type(self.env["esign.job"]), "_work_apply", staticmethod(robbed)):
            self.env["esign.job"]._run(job_id)
        self.env.invalidate_all()
        self.assertNotIn("sealed", self.codes(envelope))
        self.assertFalse(envelope.document_ids.sealed_attachment_id)

    def test_sealed_file_that_does_not_validate_is_not_completed(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        with patch(
            "odoo.addons.odoo_esign.models.esign_job_seal.check_sealed",
            return_value=["the signature 'company' is missing"],
        ):
            self.run_jobs(allow_failures=True)
        self.assertEqual(envelope.state, "signed")
        self.assertIn("'company' is missing", envelope.attention_reason)

    @mute_logger(JOB_LOGGER)
    def test_failed_consequence_is_shown_and_never_undoes_a_signature(self):
        seller = self._make_user("seller", "Sara Seller", "sales_team.group_sale_salesman")
        order = self.env["sale.order"].with_user(seller).create({"partner_id": self.customer.id})
        envelope = self.make_envelope(user=seller, res_model="sale.order", res_id=order.id)
        self.send(envelope)
        with patch.object(type(order), "_esign_on_completed", side_effect=UserError("no stock")):
            self.sign(envelope.signer_ids)
            self.run_jobs(allow_failures=True)
        self.assertEqual(envelope.state, "completed")
        self.assertIn("no stock", self.jobs(envelope, "consequence").error)
        self.assertTrue(envelope.signature_ids.sealed)

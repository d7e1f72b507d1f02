from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .in_words import in_words

KINDS = [
    ("prepare", "Prepare the documents"),
    ("invite", "Send the invitation"),
    ("remind", "Send the reminder"),
    ("reopened", "Notify about the new deadline"),
    ("code", "Send the code"),
    ("apply", "Place a signature in the documents"),
    ("complete", "Read back and validate"),
    ("certificate", "Create the certificate of completion"),
    ("package", "Create the evidence package"),
    ("deliver", "Send the signed copy"),
    ("file", "File on the record"),
    ("consequence", "Carry out the follow-up"),
    ("declined", "Notify about the refusal"),
    ("declined_copy", "Notify those who had signed"),
    ("cancelled_copy", "Notify those who had been asked"),
]
# these change the documents of an envelope: one after the other, in the order of their making
CHAINED = ("prepare", "apply", "complete")
# these ask somebody to act, at an address and in a way that may change
ASKING = ("invite", "remind", "reopened", "code")


class JobRefused(Exception):
    """The job can't succeed by trying again; somebody has to do something first."""


class EsignJob(models.Model):
    """A step that must happen once and may fail.

    A job is claimed by a lease in a transaction of its own, then works in parts, of which
    each kind has some: ``_read_<kind>`` gathers what it needs and ends its transaction,
    ``_work_<kind>`` does the slow part without any transaction, ``_send_<kind>`` hands over
    mails, ``_write_<kind>`` stores the result, and only if the lease still holds. Each part
    gets what the one before returned. Errors are kept on the job; nothing is raised out of
    the cron.
    """

    _name = "esign.job"
    _description = "Signing Job"
    _order = "id"
    _rec_name = "key"

    envelope_id = fields.Many2one("esign.envelope", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="envelope_id.company_id", store=True, index=True, precompute=True
    )
    signer_id = fields.Many2one("esign.signer", ondelete="cascade", index="btree_not_null")
    kind = fields.Selection(KINDS, required=True)
    key = fields.Char(required=True)
    chained = fields.Boolean()
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("done", "Done"),
            ("attention", "Needs attention"),
            ("dropped", "Dropped"),
        ],
        default="pending",
        required=True,
        index=True,
    )
    attempts = fields.Integer(default=0)
    meetings = fields.Integer(default=0, help="How often another transaction was faster")
    next_try = fields.Datetime(default=fields.Datetime.now, required=True)
    lease_owner = fields.Char()
    lease_until = fields.Datetime()
    error = fields.Text("What went wrong, as first reported")
    reason = fields.Json(help="The same, to be put into words again")
    why = fields.Text("What went wrong", compute="_compute_why")

    _key_uniq = models.Constraint("UNIQUE(key)", "This job already exists.")
    _ready_idx = models.Index("(next_try, id) WHERE state = 'pending'")

    # ------------------------------------------------------------- queueing
    @api.model
    def _enqueue(self, kind, envelope, signer=None, turn=None):
        """Put a job into the outbox once; it runs as soon as this transaction is committed."""
        return self._enqueue_all(envelope, [(kind, signer, turn)])

    @api.model
    def _enqueue_all(self, envelope, wanted):
        """Put several jobs of an envelope, given as (kind, signer, turn), into the outbox once."""
        jobs = self.sudo().browse(self._insert_once(envelope, wanted) if wanted else ())
        if jobs:
            envelope.invalidate_recordset(["job_ids"], flush=False)
            self._wake_cron_once(envelope.id)
        return jobs

    @api.model
    def _insert_once(self, envelope, wanted):
        """Insert jobs unless there are such of their keys; return the ids of those that are new.

        In one statement, since somebody who signs waits for it: the database looks for the keys.
        """
        now, uid = fields.Datetime.now(), self.env.uid
        lines = []
        for kind, signer, turn in wanted:
            signer_id = signer.id if signer else None
            key = ":".join(str(part or "") for part in (kind, envelope.id, signer_id, turn))
            line = (kind, envelope.id, envelope.company_id.id, signer_id, key, kind in CHAINED)
            lines.append((*line, "pending", 0, 0, now, uid, now, uid, now))
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO esign_job
                    (kind, envelope_id, company_id, signer_id, key, chained, state, attempts,
                     meetings, next_try, create_uid, create_date, write_uid, write_date)
                VALUES %s ON CONFLICT (key) DO NOTHING RETURNING id""",
                SQL(", ").join(lines),
            )
        )
        return [job_id for (job_id,) in rows]

    def _trigger_cron(self, at=None):
        """Wake one of the crons; several run side by side, one never runs twice at once."""
        for job in self:
            if at:
                self._cron_of(job.envelope_id.id)._trigger(at)
            else:
                self._wake_cron_once(job.envelope_id.id)

    @api.model
    def _wake_cron_once(self, envelope_id):
        """Wake a cron when this transaction ends, once for all its jobs."""
        cron, precommit = self._cron_of(envelope_id), self.env.cr.precommit
        waiting = precommit.data.setdefault("odoo_esign.crons", set())
        if cron.id not in waiting:
            waiting.add(cron.id)
            precommit.add(cron._esign_wake)

    @api.model
    def _cron_of(self, envelope_id):
        """Return the cron that works for this envelope."""
        name = f"odoo_esign.cron_jobs_{envelope_id % 3 + 1}"
        return self.env["ir.cron"].sudo().browse(self.env["ir.model.data"]._xmlid_to_res_id(name))

    # ------------------------------------------------------------- attention
    @api.depends("error", "reason")
    @api.depends_context("lang")
    def _compute_why(self):
        """Whoever reads it may speak another language than the responsible user."""
        for job in self:
            job.why = in_words(self.env, job.reason) if job.reason else job.error

    def write(self, vals):
        if "error" in vals:
            vals = {"reason": False, **vals}
        result = super().write(vals)
        if "state" in vals:
            self.envelope_id._note_attention()
        return result

    def unlink(self):
        envelopes = self.envelope_id
        result = super().unlink()
        envelopes.exists()._note_attention()
        return result

    @api.model
    def _drop_pending(self, envelope):
        """Forget what a closed envelope still had to do, its last mails excepted."""
        envelope.sudo().job_ids._drop((*ASKING, *CHAINED))

    def _drop(self, kinds):
        """Forget those of these kinds that are not done yet."""
        self.filtered(lambda j: j.state in ("pending", "attention") and j.kind in kinds).write(
            {"state": "dropped"}
        )

    def action_retry(self):
        self.envelope_id.check_access("write")
        # what is done stays done: nothing happens twice because somebody pressed a button
        self.sudo().filtered(lambda job: job.state == "attention")._retry()
        return True

    def _retry(self):
        self.write(
            {
                "state": "pending",
                "attempts": 0,
                "meetings": 0,
                "next_try": fields.Datetime.now(),
                "error": False,
            }
        )
        self._trigger_cron()

    def _describe_failure(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return "\n".join(f"{kinds[job.kind]}: {job.why or ''}" for job in self)

    # ------------------------------------------------------------- guards
    @api.ondelete(at_uninstall=False)
    def _unlink_finished_only(self):
        if not self.env.su and any(job.state == "pending" for job in self):
            raise UserError(self.env._("A job that still has to run can't be deleted."))

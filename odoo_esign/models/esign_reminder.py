from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .esign_job import JobRefused
from .esign_signer_mail import MAX_SENDS_PER_HOUR
from .guard import unlocked

SCHEDULE = ("reminder_first", "reminder_every", "reminder_most", "last_call")
# nobody gets two mails within this time unless somebody presses a button
QUIET = timedelta(hours=20)
WAITING = ("invited", "opened")


class ResCompany(models.Model):
    _inherit = "res.company"

    esign_reminder_first = fields.Integer(
        "First reminder after (days)", default=3, help="0: no automatic reminders."
    )
    esign_reminder_every = fields.Integer("Then every (days)", default=4)
    esign_reminder_most = fields.Integer("Maximum number of reminders", default=3)
    esign_last_call = fields.Integer(
        "Final reminder (days before deadline)", default=1, help="0: none."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    esign_reminder_first = fields.Integer(
        related="company_id.esign_reminder_first",
        readonly=False,
        string="First reminder after (days)",
    )
    esign_reminder_every = fields.Integer(
        related="company_id.esign_reminder_every", readonly=False, string="Then every (days)"
    )
    esign_reminder_most = fields.Integer(
        related="company_id.esign_reminder_most", readonly=False, string="Maximum number"
    )
    esign_last_call = fields.Integer(
        related="company_id.esign_last_call",
        readonly=False,
        string="Final reminder (days before deadline)",
    )


class EsignEnvelope(models.Model):
    """When those are reminded whose turn it is."""

    _inherit = "esign.envelope"

    reminder_first = fields.Integer(
        "First reminder after",
        default=lambda self: self.env.company.esign_reminder_first,
        help="Days after the invitation; 0: no automatic reminders.",
    )
    reminder_every = fields.Integer(
        "Then every", default=lambda self: self.env.company.esign_reminder_every
    )
    reminder_most = fields.Integer(
        "Maximum number of reminders", default=lambda self: self.env.company.esign_reminder_most
    )
    last_call = fields.Integer(
        "Final reminder",
        default=lambda self: self.env.company.esign_last_call,
        help="Days before the deadline; 0: none.",
    )

    @api.constrains(*SCHEDULE)
    def _check_schedule(self):
        for envelope in self:
            if any(envelope[name] < 0 for name in SCHEDULE):
                raise ValidationError(
                    self.env._("Days and numbers of reminders can't be negative.")
                )

    def _move_deadline(self, before):
        super()._move_deadline(before)
        unlocked(self.sudo().signer_ids).write({"last_called": False})

    @api.model
    def _cron_remind(self):
        """Queue the reminders that are due now; it runs every hour."""
        now = fields.Datetime.now()
        waiting = self.search(
            [
                ("state", "=", "sent"),
                "|",
                ("date_deadline", "=", False),
                ("date_deadline", ">", now),
                (
                    "signer_ids",
                    "any",
                    [("state", "in", WAITING), ("date_mailed", "<", now - QUIET)],
                ),
            ],
            order="id",
        )
        self.env["ir.cron"]._esign_each(
            waiting, lambda envelope: envelope._queue_due_reminders(now)
        )

    def _queue_due_reminders(self, now):
        for signer in self.signer_ids:
            kind = signer._reminder_due(now)
            if kind:
                signer._queue_reminder(last_call=kind == "last_call")

    def action_remind(self):
        """Remind everybody whose turn it is; return what is told about it."""
        self.check_access("write")
        return self.signer_ids.filtered(lambda s: s._may_be_reminded()).action_remind()


class EsignSigner(models.Model):
    """Whether and how somebody is reminded."""

    _inherit = "esign.signer"

    reminder_count = fields.Integer("Reminders", readonly=True, copy=False, default=0)
    date_reminded = fields.Datetime("Reminded on", readonly=True, copy=False)
    last_called = fields.Boolean(readonly=True, copy=False)
    may_be_reminded = fields.Boolean(compute="_compute_may_be_reminded")

    @api.depends_context("uid")
    @api.depends("state", "action", "envelope_id.state", "envelope_id.user_id")
    def _compute_may_be_reminded(self):
        for signer in self:
            signer.may_be_reminded = signer._may_be_reminded() and signer.may_manage

    def _may_be_reminded(self):
        """Tell whether others wait for this participant now."""
        envelope = self.envelope_id
        return bool(
            envelope.state == "sent"
            and not envelope._is_past_deadline()
            and self.state in WAITING
            and self._blocks()
        )

    # ------------------------------------------------------------- by schedule
    def _reminder_due(self, now):
        """Return what is due for this participant now: 'reminder', 'last_call', or None."""
        self.ensure_one()
        last = max(filter(None, (self.date_mailed, self.date_reminded)), default=None)
        if not last or now - last < QUIET or not self._may_be_reminded():
            return None
        if self._ends() and now >= self._ends():
            return None
        if not self._is_working(now):
            return None
        call = self._last_call_from()
        if call and (now >= call or not self._works_between(_next_hour(now), self._ends())):
            due = "last_call"
        elif call and call - now < QUIET:
            due = None  # the last call comes soon enough
        else:
            due = "reminder" if self._is_reminder_due(now, last) else None
        return due if due and not self._obstacle() else None

    def _is_reminder_due(self, now, last):
        envelope = self.envelope_id
        first = self.reminder_count == 0
        days = envelope.reminder_first if first else envelope.reminder_every
        return bool(
            envelope.reminder_first > 0
            and days > 0
            and self.reminder_count < envelope.reminder_most
            and now - last >= timedelta(days=days)
        )

    def _ends(self):
        return self.envelope_id.date_deadline

    def _last_call_from(self):
        """Return when the last call may go out, None if there is none (any more)."""
        days = self.envelope_id.last_call
        if not self._ends() or days <= 0 or self.last_called:
            return None
        return self._ends() - timedelta(days=days)

    # ------------------------------------------------------------- by hand
    def action_remind(self):
        """Remind these participants now, whatever the schedule says."""
        names, skipped = [], []
        for signer in self:
            signer.envelope_id.check_access("write")
            if not signer._may_be_reminded():
                raise UserError(
                    self.env._("%s doesn't have anything to do right now.", signer.name)
                )
            (names if signer.sudo()._queue_reminder() else skipped).append(signer.name)
        if not names and not skipped:
            raise UserError(self.env._("There is nobody to remind right now."))
        if not names:
            raise UserError(
                self.env._(
                    "Not reminded: %(names)s. A reminder is already on its way, or %(count)s "
                    "messages were sent within the last hour.",
                    names=", ".join(skipped),
                    count=MAX_SENDS_PER_HOUR,
                )
            )
        return self._told(self.env._("A reminder is being sent to %s.", ", ".join(names)))

    def _queue_reminder(self, last_call=False):
        """Queue a reminder, once for its number; return the job, empty if there is none.

        Not more messages an hour than for invitations: whatever button is pressed.
        """
        if self._sends_last_hour() >= MAX_SENDS_PER_HOUR:
            return self.env["esign.job"]
        number = f"{self.invite_count}.{self.reminder_count + 1}"
        if last_call:
            number = f"{self.invite_count}.last.{self._ends():%Y%m%d%H%M}"
        return self.env["esign.job"]._enqueue(
            "remind", self.envelope_id, signer=self, turn=number
        )

    def _ask_anew(self, by_another=False):
        """Whoever is new here has not been reminded yet."""
        unlocked(self).write({"reminder_count": 0, "date_reminded": False, "last_called": False})
        return super()._ask_anew(by_another=by_another)


class EsignJob(models.Model):
    """Send a reminder; its link is a new one, and the old one stays good beside it."""

    _inherit = "esign.job"

    def _is_last_call(self):
        return ".last." in self.key

    def _read_remind(self):
        signer = self.signer_id
        if not signer._may_be_reminded() or signer._obstacle():
            return None
        if signer.identification == "login":
            return signer._page_path()
        # without a link an invitation is on its way at this moment
        return f"/esign/s/{signer._offer_link()}" if signer.token_sha256 else None

    def _send_remind(self, path):
        signer = self.signer_id
        if path is None or not signer._may_be_reminded():
            return None
        return signer.with_context(esign_last_call=self._is_last_call())._send_link(
            path, "odoo_esign.mail_template_reminder", "odoo_esign.sms_template_reminder"
        )

    def _write_remind(self, facts):
        if not facts:
            # not wanted any more, or not now: the number is free for another time
            self.key = f"{self.key}:{self.id}"
            return None
        signer, failures = self.signer_id, facts.pop("failures")
        signer._keep_offered_link()
        values = {
            "reminder_count": signer.reminder_count + 1,
            "date_reminded": fields.Datetime.now(),
        }
        if self._is_last_call():
            values["last_called"] = True
        unlocked(signer).write(values)
        signer.envelope_id._log(
            "reminded",
            {**signer._evidence_facts(), **facts, "number": signer.reminder_count},
        )
        return JobRefused("\n".join(failures)) if failures else None


def _next_hour(moment):
    return moment + timedelta(hours=1)

from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from .guard import is_unlocked, unlocked


class EsignEnvelope(models.Model):
    """The deadline can be moved as long as somebody may still act; the links follow it."""

    _inherit = "esign.envelope"

    def _default_deadline(self):
        days = self.env.company.esign_validity_days or 30
        moment = fields.Datetime.now() + timedelta(days=days)
        return self._end_of_day(fields.Datetime.context_timestamp(self, moment).date())

    @api.model
    def _end_of_day(self, day):
        """Return the last minute of a day where the user is: who reads a date takes all of it."""
        end = self.env.tz.localize(datetime.combine(day, time(23, 59)))
        return end.astimezone(timezone.utc).replace(tzinfo=None)

    def write(self, vals):
        if "date_deadline" not in vals or is_unlocked(self.env):
            return super().write(vals)
        sent = self.filtered(lambda envelope: envelope.state != "draft")
        before = {envelope: envelope.date_deadline for envelope in sent}
        result = super().write(vals)
        for envelope, deadline in before.items():
            if envelope.date_deadline != deadline:
                envelope._move_deadline(deadline)
        return result

    def _move_deadline(self, before):
        if self.state not in ("preparing", "sent"):
            raise UserError(self.env._("“%s” is closed; its deadline can't be changed.", self.name))
        if self.date_deadline and self.date_deadline <= fields.Datetime.now():
            raise UserError(self.env._("The deadline must be in the future."))
        envelope = self.sudo()
        linked = envelope.signer_ids.filtered("token_sha256")
        expiry = self.date_deadline or fields.Datetime.add(fields.Datetime.now(), days=90)
        unlocked(linked).write({"token_expiry": expiry})
        if self.date_deadline:
            activities = envelope.signer_ids._own_activities()
            for activity in activities:
                activity.date_deadline = self._deadline_day(activity.user_id)
        envelope._log(
            "extended",
            {
                "from": fields.Datetime.to_string(before) or "",
                "to": fields.Datetime.to_string(self.date_deadline) or "",
            },
            actor=self.env.user,
        )

    def _deadline_day(self, user):
        """Return the day of the deadline, today if there is none, as ``user`` counts days."""
        moment = self.date_deadline or fields.Datetime.now()
        theirs = self.with_context(tz=user.sudo().tz)
        return fields.Datetime.context_timestamp(theirs, moment).date()

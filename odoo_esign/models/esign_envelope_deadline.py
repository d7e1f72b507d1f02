from odoo import fields, models
from odoo.exceptions import UserError

from .guard import is_unlocked, unlocked


class EsignEnvelope(models.Model):
    """The deadline can be moved as long as somebody may still act; the links follow it."""

    _inherit = "esign.envelope"

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
            activities.write({"date_deadline": self.date_deadline.date()})
        envelope._log(
            "extended",
            {
                "from": fields.Datetime.to_string(before) or "",
                "to": fields.Datetime.to_string(self.date_deadline) or "",
            },
            actor=self.env.user,
        )

from datetime import timedelta

from odoo import api, fields, models


class EsignEnvelopeExtend(models.TransientModel):
    """The dialog that gives more time to sign, for several envelopes at once too."""

    _name = "esign.envelope.extend"
    _description = "Extend the Time to Sign"
    _inherit = ["esign.dialog"]

    envelope_ids = fields.Many2many("esign.envelope", required=True)
    date_deadline = fields.Datetime("Sign by", required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        envelopes = self.env["esign.envelope"].browse(self.env.context.get("active_ids", []))
        values.setdefault("envelope_ids", [fields.Command.set(envelopes.ids)])
        now = fields.Datetime.now()
        latest = max(envelopes.filtered("date_deadline").mapped("date_deadline"), default=now)
        values["date_deadline"] = max(latest, now) + timedelta(days=7)
        return values

    def action_extend(self):
        self.ensure_one()
        self.envelope_ids.write({"date_deadline": self.date_deadline})
        return {"type": "ir.actions.act_window_close"}

from odoo import api, fields, models
from odoo.exceptions import UserError


class EsignEnvelopeCancel(models.TransientModel):
    """The dialog in which the sender withdraws an envelope."""

    _name = "esign.envelope.cancel"
    _description = "Cancel an Envelope"
    _inherit = ["esign.dialog"]

    envelope_ids = fields.Many2many("esign.envelope", required=True)
    asked_count = fields.Integer(compute="_compute_asked")
    told_names = fields.Char("Get an email with the reason", compute="_compute_asked")
    left_names = fields.Char("Not changed", readonly=True, help="Not out for signature")
    reason = fields.Text(required=True)
    tell = fields.Boolean("Notify those who were asked", default=True)

    @api.depends("envelope_ids")
    def _compute_asked(self):
        for dialog in self:
            asked = dialog.envelope_ids.signer_ids._told_of_withdrawal()
            dialog.asked_count = len(asked)
            dialog.told_names = ", ".join(dict.fromkeys(asked.mapped("name")))

    def action_cancel(self):
        self.ensure_one()
        self.envelope_ids.check_access("write")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Please say why."))
        self.envelope_ids._check_cancellable()
        for envelope in self.envelope_ids.sudo():
            envelope._withdraw(reason, self.tell)
        return {"type": "ir.actions.act_window_close"}

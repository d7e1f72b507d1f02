from odoo import fields, models
from odoo.exceptions import UserError


class EsignEnvelopeCancel(models.TransientModel):
    """The dialog in which the sender withdraws an envelope."""

    _name = "esign.envelope.cancel"
    _description = "Cancel an Envelope"
    _inherit = ["esign.dialog"]

    envelope_ids = fields.Many2many("esign.envelope", required=True)
    asked_count = fields.Integer(compute="_compute_asked_count")
    left_names = fields.Char("Not changed", readonly=True, help="Not out for signature")
    reason = fields.Text(required=True)
    tell = fields.Boolean("Notify those who were asked", default=True)

    def _compute_asked_count(self):
        for dialog in self:
            dialog.asked_count = len(dialog.envelope_ids.signer_ids._told_of_withdrawal())

    def action_cancel(self):
        self.ensure_one()
        self.envelope_ids.check_access("write")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Please say why."))
        self.envelope_ids._check_cancellable()
        for envelope in self.envelope_ids.sudo():
            told = envelope.signer_ids._told_of_withdrawal()
            envelope._cancel(reason, actor=self.env.user)
            if self.tell and envelope.state == "cancelled":
                for signer in told:
                    self.env["esign.job"]._enqueue("cancelled_copy", envelope, signer=signer)
        return {"type": "ir.actions.act_window_close"}

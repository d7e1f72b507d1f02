from odoo import fields, models
from odoo.exceptions import UserError


class EsignAuthorityReissue(models.TransientModel):
    """The dialog in which an administrator has the built-in authority issued anew."""

    _name = "esign.authority.reissue"
    _description = "Reissue the Authority"

    authority_id = fields.Many2one("esign.authority", required=True, readonly=True)
    cause = fields.Selection(
        [
            ("planned", "It is time for a new one, or the company has a new name"),
            ("compromised", "Its keys may have been stolen"),
        ],
        required=True,
        default="planned",
    )
    reason = fields.Text(required=True)
    open_count = fields.Integer(related="authority_id.open_count")

    def action_reissue(self):
        self.ensure_one()
        if not self.env.user.has_group("odoo_esign.group_esign_admin"):
            raise UserError(self.env._("Only a signature administrator can do this."))
        self.authority_id.check_access("read")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason; it is kept with the new authority."))
        new = self.authority_id._replace(self.cause, self.reason.strip())
        return {
            "type": "ir.actions.act_window",
            "res_model": "esign.authority",
            "res_id": new.id,
            "view_mode": "form",
        }

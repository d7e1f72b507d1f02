from odoo import api, models
from odoo.exceptions import AccessError

from .guard import is_unlocked


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _esign_kept(self):
        """Return those that carry a frozen or sealed document (uploads are field values)."""
        return self.sudo().filtered(lambda a: a.res_model == "esign.document" and not a.res_field)

    def _esign_refuse(self):
        raise AccessError(
            self.env._("A document that was sent for signature can't be changed or removed.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if not is_unlocked(self.env) and attachments._esign_kept():
            self._esign_refuse()
        return attachments

    def write(self, vals):
        if is_unlocked(self.env):
            return super().write(vals)
        if self._esign_kept():
            self._esign_refuse()
        result = super().write(vals)
        if "res_model" in vals and self._esign_kept():
            self._esign_refuse()
        return result

    def unlink(self):
        if not is_unlocked(self.env) and self._esign_kept():
            self._esign_refuse()
        return super().unlink()

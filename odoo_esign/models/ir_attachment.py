from odoo import api, models
from odoo.exceptions import AccessError

from .guard import is_unlocked, unlocked


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _esign_kept(self):
        """Return those whose content is evidence, and the uploads of documents that were sent."""
        ours = self.sudo().filtered(lambda a: self._esign_is_keeper(a.res_model))
        uploads = ours.filtered("res_field")
        documents = self.env["esign.document"].sudo().browse(uploads.mapped("res_id")).exists()
        sent = set(documents.filtered(lambda d: d.envelope_id.state != "draft").ids)
        return ours.filtered(lambda a: not a.res_field or a.res_id in sent)

    @api.model
    def _esign_is_keeper(self, model):
        """Tell whether nobody changes the files of this model: whether it inherits esign.kept."""
        return model in self.pool and issubclass(self.pool[model], self.pool["esign.kept"])

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
        if vals.keys() & {"res_model", "res_id", "res_field"} and self._esign_kept():
            self._esign_refuse()
        return result

    def generate_access_token(self):
        """Odoo's mails offer what is too big for a mail as a link, which needs a token."""
        return super(IrAttachment, unlocked(self) if self.env.su else self).generate_access_token()

    def _migrate(self):
        """Between database and filestore the content stays as it is; its hash is checked later."""
        return super(IrAttachment, unlocked(self))._migrate()

    def unlink(self):
        if not is_unlocked(self.env) and self._esign_kept():
            self._esign_refuse()
        return super().unlink()

from odoo import models
from odoo.exceptions import AccessError


class EsignDocument(models.Model):
    """Where earlier signatures are kept back, they are so in the back end too.

    The signing page shows a participant the document as it was sent; a user who takes part may
    read the document's record, and with it would read the file that is being signed.
    """

    _inherit = "esign.document"

    def _keeps_marks_back(self):
        """Tell whether the current user may not see yet who has signed this, and how."""
        self.ensure_one()
        envelope = self.sudo().envelope_id
        if envelope.show_marks or envelope.state == "completed":
            return False
        return not envelope.sudo(self.env.su).has_access("write")

    def _newest_attachment(self):
        """Return the sealed file if there is one that the user may see, else the one sent."""
        if self.sealed_attachment_id and not self._keeps_marks_back():
            return self.sealed_attachment_id
        return self.frozen_attachment_id


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        forbidden, error = result or (self.browse(), None)
        hidden = (self - forbidden)._esign_kept_back()
        if not hidden:
            return result
        return forbidden | hidden, error or self._esign_kept_back_error

    def _esign_kept_back(self):
        """Return those that show signatures which the current user is not to see yet."""
        ours = self.sudo().filtered(lambda a: a.res_model == "esign.document" and not a.res_field)
        documents = self.env["esign.document"].browse(set(ours.mapped("res_id"))).exists()
        back = documents.filtered(lambda document: document._keeps_marks_back())
        sent = back.sudo().frozen_attachment_id
        hidden = ours.filtered(lambda a: a.res_id in back.ids and a not in sent)
        return self.browse(hidden.ids)

    def _esign_kept_back_error(self):
        return AccessError(
            self.env._("The other signatures will be shown once everyone has signed.")
        )

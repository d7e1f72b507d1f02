import base64

from odoo import fields, models
from odoo.tools import email_normalize

IMAGES = {"signature": "image", "initials": "initials_image", "stamp": "stamp_image"}


class EsignSavedImage(models.Model):
    """A user's own signature, kept on the user's wish for the next time.

    The picture lies encrypted outside the ORM, see ``esign.secrets``: nobody reads it through
    any list, export or RPC. It is shown to the user alone, on the signing page and the portal.
    """

    _name = "esign.saved.image"
    _description = "Saved Signature"
    _inherit = "esign.secrets"
    _order = "kind"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [("signature", "Signature"), ("initials", "Initials"), ("stamp", "Stamp")], required=True
    )

    _user_kind_uniq = models.Constraint(
        "UNIQUE(user_id, kind)",
        "A signature is already saved: delete it before saving another one.",
    )

    def _of(self, user):
        return self.sudo().search([("user_id", "=", user.id)])

    def _is_own(self, user, signer):
        """Tell whether the visitor is logged in as the very person that was asked to sign."""
        return (
            not user._is_public()
            and user.partner_id == signer.partner_id
            and email_normalize(signer.email or "") == user.partner_id.sudo().email_normalized
        )

    def _for_page(self, user, signer):
        """Return the saved pictures as the signing page takes them; None for anybody else."""
        if not self._is_own(user, signer):
            return None
        return {saved.kind: saved._as_address() for saved in self._of(user)}

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _as_address(self):
        image = self._secret_get("image") or b""
        return f"data:image/png;base64,{base64.b64encode(image).decode()}"

    def _fill_in(self, user, signer, request):
        """Put the saved pictures in the places of the request that name them.

        What counts is what is kept here, whatever picture the browser sends along.
        """
        saved = self._of(user) if self._is_own(user, signer) else self.browse()
        images = {record.kind: record for record in saved}
        request = dict(request)
        for kind in IMAGES:
            given = request.get(kind)
            if isinstance(given, dict) and given.get("kind") == "saved":
                image = kind in images and images[kind]._secret_get("image")
                # as bytes: it was prepared when it was signed with for the first time
                request[kind] = {**given, "image": image or None}
        return request

    def _keep(self, user, signer, kinds):
        """Keep the pictures that were just signed with, as the server has re-encoded them."""
        signature = signer.sudo().signature_ids
        if not signature or not isinstance(kinds, list) or not self._is_own(user, signer):
            return
        for kind, name in IMAGES.items():
            if kind in kinds and signature[name]:
                saved = self._of(user).filtered(lambda record, kind=kind: record.kind == kind)
                saved = saved or self.sudo().create({"user_id": user.id, "kind": kind})
                saved._secret_set("image", base64.b64decode(signature[name]))


class ResUsers(models.Model):
    _inherit = "res.users"

    def unlink(self):
        self.env["esign.saved.image"].sudo().search([("user_id", "in", self.ids)]).unlink()
        return super().unlink()

import base64

from odoo import fields, models

from .esign_signer_consent import KINDS

# besides the signature itself: what else a participant may have a picture of
FURTHER = ("initials", "stamp")


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    initials_image = fields.Binary("Initials", attachment=False)
    stamp_image = fields.Binary("Company stamp", attachment=False)

    def _picture(self, kind):
        """Return the PNG for places of this kind, or None where the participant has none."""
        image = self[f"{kind}_image"] if kind in FURTHER else self.image
        return base64.b64decode(image) if image else None


class EsignSigner(models.Model):
    """Initials and stamps have pictures of their own."""

    _inherit = "esign.signer"

    def _check_consent(self, request):
        answer, refusal = super()._check_consent(request)
        if refusal:
            return answer, refusal
        answer["images"], errors = {}, {}
        for kind in FURTHER:
            places = answer["places"].filtered(lambda field, kind=kind: field.kind == kind)
            image, error = self._check_further(kind, request.get(kind), places)
            if error:
                errors.update(dict.fromkeys(places.ids, error))
            elif image:
                answer["images"][f"{kind}_image"] = base64.b64encode(image)
        if errors:
            _ = self.env._
            return None, self._failure("invalid", _("Some fields need your attention."), errors)
        return answer, None

    def _check_further(self, kind, given, places):
        """Return (the PNG or None, None) or (None, what is wrong)."""
        if not places:
            return None, None
        given = given if isinstance(given, dict) else {}
        if given.get("kind") in KINDS and given.get("image"):
            image, refusal = self._check_image(given["image"])
            return image, refusal and refusal["message"]
        if not any(places.mapped("required")):
            return None, None
        if kind == "initials":
            return None, self.env._("Please add your initials.")
        return None, self.env._("Please add the stamp.")

import base64
import hashlib
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .esign_signature_images import FURTHER

PICTURES = ("signature", *FURTHER)
KEPT_FOR = timedelta(days=30)
OVER = ("signed", "declined", "released")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EsignPicture(models.Model):
    """A picture that a participant has adopted and not signed with yet.

    It is checked and made into a plain PNG when it is adopted: whoever signs then only names it,
    and waits for nothing of that. Nobody reads it through the ORM or at any address; it is
    written, found and forgotten by the statements below alone.
    """

    _name = "esign.picture"
    _description = "Picture to Sign With"
    _log_access = False

    signer_id = fields.Many2one("esign.signer", required=True, ondelete="cascade")
    kind = fields.Char(required=True, help="signature, initials or stamp")
    sha256 = fields.Char(required=True, groups=fields.NO_ACCESS)
    image = fields.Binary(required=True, attachment=False, groups=fields.NO_ACCESS)
    date_adopted = fields.Datetime(required=True)

    _signer_kind_uniq = models.Constraint(
        "UNIQUE(signer_id, kind)", "A participant has one picture of each kind."
    )

    @api.model
    def _keep(self, signer, kind, image):
        """Keep a prepared PNG in place of the one before; return its name, the SHA-256.

        In one statement: of two requests at the same moment, neither finds the other in its way.
        """
        name = hashlib.sha256(image).hexdigest()
        self.env.cr.execute(
            SQL(
                """INSERT INTO esign_picture (signer_id, kind, sha256, image, date_adopted)
                        VALUES (%s, %s, %s, %s, %s)
                   ON CONFLICT (signer_id, kind) DO UPDATE
                           SET sha256 = EXCLUDED.sha256, image = EXCLUDED.image,
                               date_adopted = EXCLUDED.date_adopted""",
                signer.id,
                kind,
                name,
                base64.b64encode(image),
                fields.Datetime.now(),
            ),
            log_exceptions=False,  # meeting another transaction is expected, Odoo tries again
        )
        return name

    @api.model
    def _named(self, signer, names):
        """Return those PNGs of the participant's that are named, by kind.

        :param dict names: by kind, what ``_keep`` has returned; or what came from outside
        """
        good = [
            (kind, name)
            for kind, name in names.items()
            if isinstance(name, str) and _SHA256.fullmatch(name)
        ]
        if not good:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT kind, image FROM esign_picture
                    WHERE signer_id = %s AND (kind, sha256) IN %s""",
                signer.id,
                tuple(good),
            )
        )
        return {kind: base64.b64decode(image) for kind, image in rows}

    @api.model
    def _forget(self, signers):
        if signers:
            self.env.cr.execute(
                SQL("DELETE FROM esign_picture WHERE signer_id IN %s", tuple(signers.ids))
            )

    @api.autovacuum
    def _gc_pictures(self):
        """Forget what was never signed with, and what was adopted while others ended it all."""
        done = fields.Domain("date_adopted", "<", fields.Datetime.now() - KEPT_FOR)
        done |= fields.Domain("signer_id.state", "in", OVER)
        done |= fields.Domain("signer_id.envelope_id.state", "!=", "sent")
        self.sudo().search(done, limit=10_000).unlink()


class EsignSigner(models.Model):
    """Adopting pictures, and signing with those that were adopted."""

    _inherit = "esign.signer"

    def _signing_page(self, csrf_token):
        page = super()._signing_page(csrf_token)
        page["urls"]["picture"] = f"{self._page_path()}/picture"
        return page

    def _adopt(self, kind, encoded):
        """Check a picture and keep it until it is signed with; return the page's answer."""
        self.ensure_one()
        refusal = self._refusal()
        if refusal:
            return refusal
        if kind not in PICTURES:
            return self._failure("invalid", self._image_refused("format"))
        image, refusal = self._check_image(encoded)
        if refusal:
            return refusal
        return {"ok": True, "picture": self.env["esign.picture"]._keep(self, kind, image)}

    def _check_consent(self, request):
        named = {
            kind: request[kind]["picture"] for kind in PICTURES if _names_one(request.get(kind))
        }
        if named:
            found = self.env["esign.picture"]._named(self, named)
            if found.keys() != named.keys():
                return None, self._failure("picture", self._picture_gone())
            request = {
                **request,
                **{kind: {**request[kind], "image": image} for kind, image in found.items()},
            }
        return super()._check_consent(request)

    def _check_image(self, encoded):
        # what comes from outside is JSON, and holds no bytes: these were prepared here before
        if isinstance(encoded, bytes):
            return encoded, None
        return super()._check_image(encoded)

    def _image_refused(self, code):
        """Return why a picture can't be used, by the code of ``ImageRefused``."""
        _ = self.env._
        too_large = _("This picture is too large. Please choose a smaller one.")
        return {
            "too_big": too_large,
            "too_many_pixels": too_large,
            "blank": _("This picture is blank. Please choose another one."),
        }.get(code, _("This is not a picture that can be used. Please choose a PNG or JPEG."))

    def _picture_gone(self):
        return self.env._(
            "The picture of your signature has to be sent once more. Please press the button again."
        )

    def _ask_anew(self, by_another=False):
        self.env["esign.picture"]._forget(self)
        return super()._ask_anew(by_another=by_another)


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _close_links(self, but=None):
        self.env["esign.picture"]._forget(self.signer_ids)
        return super()._close_links(but=but)

    def _rest_links(self):
        self.env["esign.picture"]._forget(self.signer_ids)
        return super()._rest_links()


class EsignJob(models.Model):
    """What was signed with, or will not be, goes when nobody waits for it."""

    _inherit = "esign.job"

    def _write_apply(self, result):
        self._forget_pictures()
        return super()._write_apply(result)

    def _write_declined(self, result):
        self._forget_pictures()
        return super()._write_declined(result)

    def _forget_pictures(self):
        signers = self.envelope_id.signer_ids
        self.env["esign.picture"]._forget(signers.filtered(lambda signer: signer._is_over()))


def _names_one(given):
    """Tell whether a picture is given by its name; what is saved for next time has none."""
    return isinstance(given, dict) and bool(given.get("picture")) and given.get("kind") != "saved"

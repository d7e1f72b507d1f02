from odoo import fields, models
from odoo.http import request

# the kinds of credentials that Odoo asks for after the password
SECOND_FACTORS = ("totp", "totp_mail")
MARK = "esign_second_factor"


class ResUsers(models.Model):
    """Remember in the session that this user has passed Odoo's own second factor in it.

    Odoo lets nobody with a second factor in without it; but it trusts a device for months where
    the user has said so, and then asks for nothing. The log tells these apart.
    """

    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        result = super()._check_credentials(credential, env)
        kind = credential.get("type")
        if kind in SECOND_FACTORS and request and len(self) == 1:
            request.session[MARK] = {"uid": self.id, "kind": kind}
        return result

    def _esign_second_factor(self, session):
        """Return which second factor this user has passed in ``session``.

        :return: '' for a user without one, 'trusted' where an earlier time was enough for Odoo
        """
        self.ensure_one()
        if self._is_public() or not self._mfa_type():
            return ""
        mark = session.get(MARK)
        passed = isinstance(mark, dict) and mark.get("uid") == self.id
        return str(mark.get("kind")) if passed else "trusted"


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    second_factor = fields.Char(
        readonly=True, help="Of the Odoo login: totp, totp_mail, or trusted for a known device"
    )

    def _second_factor_words(self):
        _ = self.env._
        return {
            "totp": _("with a code from the authenticator app"),
            "totp_mail": _("with a code that Odoo sent by email"),
            "trusted": _("with a second factor, on a device that Odoo trusts"),
        }.get(self.second_factor, "")

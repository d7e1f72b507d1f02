from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..pades.errors import SealRefused
from ..pades.seals import csc
from ..pades.seals.csc_client import check_url
from .esign_seal_method import opening
from .secret_fields import ADMINISTRATORS, SecretChar


class EsignSeal(models.Model):
    _inherit = "esign.seal"

    code = fields.Selection(
        selection_add=[("csc", "Provider of remote signatures (CSC)")],
        ondelete={"csc": "cascade"},
    )
    csc_url = fields.Char(
        "Address of the API",
        groups=ADMINISTRATORS,
        tracking=True,
        help="Up to the version, such as https://provider.example/csc/v1",
    )
    csc_credential = fields.Char("Credential", groups=ADMINISTRATORS, tracking=True)
    csc_client = fields.Char("Client", groups=ADMINISTRATORS, tracking=True)
    csc_client_secret = SecretChar("Client secret")
    csc_token_url = fields.Char(
        "Address for access tokens",
        groups=ADMINISTRATORS,
        tracking=True,
        help="Empty: oauth2/token under the address of the API.",
    )
    csc_token = SecretChar(
        "Access token", help="If the provider gives you one that lasts, instead of a client."
    )
    csc_pin = SecretChar("PIN of the credential", help="If the provider asks for one.")
    csc_totp = SecretChar(
        "One-time code secret",
        help="If the provider asks for a code: the secret behind the QR code (Base32).",
    )
    csc_how = fields.Json(
        "How the credential signs", readonly=True, copy=False, groups=ADMINISTRATORS
    )

    @api.constrains("csc_url", "csc_token_url")
    def _check_csc_urls(self):
        for seal in self:
            for url in filter(None, (seal.csc_url, seal.csc_token_url)):
                try:
                    check_url(url)
                except SealRefused as refusal:
                    raise ValidationError(seal._refusal_words(refusal)) from refusal


class EsignSealCsc(models.AbstractModel):
    """A key at a provider, who signs hashes and never sees the document."""

    _name = "esign.seal.csc"
    _description = "Seal: Provider of Remote Signatures (CSC)"
    _inherit = "esign.seal.outside"

    _required = ("csc_url", "csc_credential")
    _settings = (
        *_required,
        "csc_client",
        "csc_client_secret",
        "csc_token_url",
        "csc_token",
        "csc_pin",
        "csc_totp",
    )

    def _try_again(self, seal):
        if not seal._missing():
            self._account(seal).try_again()

    def _inspect(self, seal):
        account = self._account(seal)
        credential = csc.read_credential(account)
        signer = csc.open_csc(account, credential, seal._others())
        seal.sudo().write(
            {
                "csc_how": {
                    "algorithm": credential.algorithm,
                    "wants_pin": credential.wants_pin,
                    "wants_code": credential.wants_code,
                }
            }
        )
        return signer.checked

    def _opener(self, seal, subject):
        credential = csc.Credential(tuple(seal._certificates()), **seal.sudo().csc_how)
        return opening(partial(csc.open_csc, self._account(seal), credential))

    def _account(self, seal):
        seal = seal.sudo()

        def secret(name):
            return (seal._secret_get(name) or b"").decode()

        account = csc.Account(
            url=seal.csc_url,
            credential=seal.csc_credential,
            client_id=seal.csc_client or "",
            client_secret=secret("csc_client_secret"),
            token=secret("csc_token"),
            token_url=seal.csc_token_url or "",
            pin=secret("csc_pin"),
            totp=secret("csc_totp"),
        )
        if not account.token and not (account.client_id and account.client_secret):
            raise UserError(
                self.env._(
                    "The seal “%s” needs a client and its secret, or an access token.", seal.name
                )
            )
        return account

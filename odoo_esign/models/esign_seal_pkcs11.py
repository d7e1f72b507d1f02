import os
from functools import partial

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..pades.seals import pkcs11
from ..pades.seals.check import check
from .esign_seal_method import opening
from .secret_fields import ADMINISTRATORS, SecretChar

ENVIRONMENT_MODULES = "ODOO_ESIGN_PKCS11_MODULES"
CONFIG_MODULES = "esign_pkcs11_modules"


def allowed_modules():
    """Return the paths of drivers that whoever runs the server allows to be loaded."""
    text = os.environ.get(ENVIRONMENT_MODULES) or config.get(CONFIG_MODULES) or ""
    return [path.strip() for path in text.split(",") if path.strip()]


class EsignSeal(models.Model):
    _inherit = "esign.seal"

    code = fields.Selection(
        selection_add=[("pkcs11", "Token or security module (PKCS #11)")],
        ondelete={"pkcs11": "cascade"},
    )
    pkcs11_module = fields.Selection(
        lambda self: [(path, path) for path in allowed_modules()],
        "Driver",
        groups=ADMINISTRATORS,
        tracking=True,
        help="One of those in the server's configuration (esign_pkcs11_modules).",
    )
    has_pkcs11_modules = fields.Boolean(compute="_compute_has_pkcs11_modules")
    pkcs11_token = fields.Char("Token's label", groups=ADMINISTRATORS, tracking=True)
    pkcs11_key = fields.Char("Key's label", groups=ADMINISTRATORS, tracking=True)
    pkcs11_certificate = fields.Char(
        "Certificate's label",
        groups=ADMINISTRATORS,
        tracking=True,
        help="Empty: the same as the key's.",
    )
    pkcs11_pin = SecretChar("PIN of the token")

    def _compute_has_pkcs11_modules(self):
        self.has_pkcs11_modules = bool(allowed_modules())


class EsignSealPkcs11(models.AbstractModel):
    """A key that never leaves its token; the server loads the token's driver."""

    _name = "esign.seal.pkcs11"
    _description = "Seal: Token or Security Module (PKCS #11)"
    _inherit = "esign.seal.outside"

    _required = ("pkcs11_module", "pkcs11_token", "pkcs11_key", "pkcs11_pin")
    _settings = (*_required, "pkcs11_certificate")

    def _check(self, seal):
        super()._check(seal)
        self._check_module(seal.sudo())

    def _check_module(self, seal):
        if seal.pkcs11_module not in allowed_modules():
            raise UserError(
                self.env._(
                    "The driver %(path)s is not allowed on this server: it is not listed under "
                    "%(option)s in the configuration.",
                    path=seal.pkcs11_module,
                    option=CONFIG_MODULES,
                )
            )

    def _try_again(self, seal):
        if not seal._missing():
            self._token(seal).try_again()

    def _inspect(self, seal):
        token = self._token(seal)
        own, *others = pkcs11.read_certificates(token)
        checked = check(own, [*others, *seal._others()])
        pkcs11.try_key(token, checked)
        return checked

    def _opener(self, seal, subject):
        own, *chain = seal._certificates()
        return opening(partial(pkcs11.open_pkcs11, self._token(seal), own, chain))

    def _token(self, seal):
        seal = seal.sudo()
        self._check_module(seal)
        return pkcs11.Token(
            module=seal.pkcs11_module,
            label=seal.pkcs11_token,
            key=seal.pkcs11_key,
            certificate=seal.pkcs11_certificate or "",
            pin=(seal._secret_get("pkcs11_pin") or b"").decode(),
        )

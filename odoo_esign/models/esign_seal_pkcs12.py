from functools import partial

from odoo import fields, models
from odoo.exceptions import UserError

from ..pades.seals.check import Checked
from ..pades.seals.pkcs12 import open_pkcs12
from .esign_seal_method import opening
from .secret_fields import SecretBinary, SecretChar


class EsignSeal(models.Model):
    _inherit = "esign.seal"

    code = fields.Selection(
        selection_add=[("pkcs12", "Key file (PKCS #12)")], ondelete={"pkcs12": "cascade"}
    )
    pkcs12_file = SecretBinary(
        "Key file", help="A .p12 or .pfx file with the key and its certificates."
    )
    pkcs12_password = SecretChar("Password of the key file")


class EsignSealPkcs12(models.AbstractModel):
    """A key in an uploaded file. Each worker keeps what it has opened once."""

    _name = "esign.seal.pkcs12"
    _description = "Seal: Key File (PKCS #12)"
    _inherit = "esign.seal.outside"

    _required = ("pkcs12_file",)
    _settings = ("pkcs12_file", "pkcs12_password")
    _is_local = True

    def _inspect(self, seal):
        signer = self._prepared(seal)()
        return Checked(signer.cert_der, signer.chain)

    def _opener(self, seal, subject):
        return opening(self._prepared(seal))

    def _prepared(self, seal):
        """Return a function that opens the file, with no need of a database."""
        data = seal._secret_get("pkcs12_file")
        if not data:
            raise UserError(self.env._("The seal “%s” has no key file.", seal.name))
        password = (seal._secret_get("pkcs12_password") or b"").decode()
        return partial(open_pkcs12, data, password, others=seal._others())

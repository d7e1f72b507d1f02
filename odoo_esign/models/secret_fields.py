"""Fields that are written into a form and never come out again."""

import base64

from odoo import fields

from . import secret_log

ADMINISTRATORS = "odoo_esign.group_esign_admin"


class _Secret:
    """Has no column: writing keeps the value encrypted, reading gives no more than a mask.

    For models that inherit ``esign.secrets``.
    """

    def __init__(self, *args, **kwargs):
        options = {
            "compute": "_compute_secrets",
            "inverse": "_inverse_secret",
            "groups": ADMINISTRATORS,
            "copy": False,
            "exportable": False,
        }
        super().__init__(*args, **{**options, **kwargs})

    def __set_name__(self, owner, name):
        super().__set_name__(owner, name)
        secret_log.never_log(name)

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        # fields with the same inverse are inverted as one; each of these is for itself
        return {**attrs, "inverse": f"_inverse_secret:{name}"}

    def determine_inverse(self, records):
        records._inverse_secret(self.name)


class SecretChar(_Secret, fields.Char):
    """A password or the like; where one is set, a mask is read."""

    def as_bytes(self, value):
        return value.encode()


class SecretBinary(_Secret, fields.Binary):
    """A file that holds a key; reading gives nothing. The value given is base64, as always."""

    def as_bytes(self, value):
        return base64.b64decode(value)

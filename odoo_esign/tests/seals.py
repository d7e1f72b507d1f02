"""What the tests of seals share."""

import base64
import os
from unittest.mock import patch

from odoo.exceptions import UserError

from ..models.esign_seal_pkcs11 import ENVIRONMENT_MODULES
from . import outside_world
from .actors import ActorCase


class SealCase(ActorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outside = outside_world.authority()
        cls.password = outside_world.helper("outside").PASSWORD

    def setUp(self):
        super().setUp()
        self.outside.mode = {}

    def make_seal(self, code="pkcs12", **values):
        """Make a seal as the administrator does, disabled unless told otherwise."""
        values = {
            "name": f"Seal {code}",
            "code": code,
            "company_id": self.company.id,
            "sequence": 1,
            **getattr(self, f"_values_{code}", dict)(),
            **values,
        }
        made = self.rpc(self.esign_admin, "esign.seal", "create", [values])
        return self.env["esign.seal"].browse(made)

    def file(self, name="rsa", **options):
        return base64.b64encode(self.outside.pkcs12(name, **options)).decode()

    def _values_pkcs12(self):
        return {"pkcs12_file": self.file(), "pkcs12_password": self.password}

    def _values_pkcs11(self):
        device = outside_world.token()
        return {
            "pkcs11_module": device.module(),
            "pkcs11_token": device.LABEL,
            "pkcs11_key": "p256",
            "pkcs11_pin": device.PIN,
        }

    def _values_csc(self):
        csc, provider = outside_world.helper("csc_provider"), outside_world.provider()
        return {
            "csc_url": provider.url,
            "csc_credential": "outside/rsa",
            "csc_client": csc.CLIENT,
            "csc_client_secret": csc.CLIENT_SECRET,
            "csc_pin": csc.PIN,
            "csc_totp": csc.TOTP_SECRET,
        }

    def allow_modules(self, *paths):
        """Let the server's configuration name these drivers."""
        self.startPatcher(patch.dict(os.environ, {ENVIRONMENT_MODULES: ", ".join(paths)}))

    def press(self, seal, button="action_test", user=None):
        return self.rpc(user or self.esign_admin, "esign.seal", button, seal.ids)

    def set(self, seal, **values):
        return self.rpc(self.esign_admin, "esign.seal", "write", seal.ids, values)

    def assertRefuses(self, seal, words, **values):
        """Assert that these values can't be saved, and nothing of them is."""
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.set(seal, **values)
        self.env.invalidate_all()

    def assertTested(self, seal, good=True, words=""):
        answer = self.press(seal)
        seal.invalidate_recordset()
        self.assertEqual(seal.test_ok, good, seal.test_result)
        self.assertTrue(seal.test_date)
        self.assertIn(words, seal.test_result)
        self.assertEqual(answer["params"]["type"], "success" if good else "danger")
        return answer

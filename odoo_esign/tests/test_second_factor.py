"""Users who log in to sign, with Odoo's own second factor."""

import base64
import time

from odoo.addons.auth_totp.models.totp import hotp
from odoo.tests import tagged

from .common import EsignHttpCase


@tagged("post_install", "-at_install")
class TestSecondFactor(EsignHttpCase):
    def set_the_scene(self):
        self.secret = base64.b32encode(b"a secret of the test").decode()
        self.envelope = self.send_new(
            [{"partner_id": self.manager.partner_id.id, "identification": "login"}]
        )
        self.signer = self.envelope.signer_ids
        self.path = self.signer._page_path()

    def protect(self):
        self.manager.sudo().totp_secret = self.secret
        self.env.flush_all()

    def log_in(self):
        """Post user name and password, as a browser does."""
        self.be()
        form = {
            "login": self.manager.login,
            "password": self.manager.login,
            "csrf_token": self.csrf("/web/login"),
        }
        return self.url_open("/web/login", form)

    def csrf(self, path):
        text = self.url_open(path).text
        return text.partition('name="csrf_token" value="')[2].partition('"')[0]

    def enter_code(self, **values):
        code = hotp(base64.b32decode(self.secret), int(time.time() / 30))
        form = {"totp_token": f"{code:06}", "csrf_token": self.csrf("/web/login/totp"), **values}
        return self.url_open("/web/login/totp", form)

    def sign_on_page(self):
        page = self.page_of(self.url_open(self.path))
        self.assertTrue(self.post_sign(self.signer, page)["ok"])
        return self.envelope.signature_ids

    def test_without_one(self):
        self.log_in()
        signature = self.sign_on_page()
        self.assertFalse(signature.second_factor)

    def test_not_with_the_password_alone(self):
        self.protect()
        self.log_in()
        response = self.url_open(self.path)
        self.assertIn("/web/login", response.url)
        answer = self.post(
            f"{self.path}/sign", {**self.consent(self.signer), "csrf_token": "x"}
        )
        self.assertFalse(answer["ok"])
        self.assertFalse(self.envelope.signature_ids)

    def test_with_the_code(self):
        self.protect()
        self.log_in()
        self.enter_code()
        signature = self.sign_on_page()
        self.assertEqual(signature.second_factor, "totp")
        self.assertIn("authenticator app", signature._identified_words())
        line = self.envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertEqual(line._facts()["second_factor"], "totp")

    def test_on_a_trusted_device(self):
        self.protect()
        self.log_in()
        # Odoo names the device after its browser
        self.opener.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
        self.enter_code(remember="1")
        device = self.opener.cookies["td_id"]
        self.be()
        self.opener.cookies.set("td_id", device)
        form = {
            "login": self.manager.login,
            "password": self.manager.login,
            "csrf_token": self.csrf("/web/login"),
        }
        self.url_open("/web/login", form)
        signature = self.sign_on_page()
        self.assertEqual(signature.second_factor, "trusted")
        self.assertIn("a device that Odoo trusts", signature._identified_words())

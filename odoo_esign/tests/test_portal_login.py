"""A contact without a user of ours who has to log in: with the own access to the portal."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EsignHttpCase


@tagged("post_install", "-at_install")
class TestPortalLogin(EsignHttpCase):
    def ask_to_log_in(self, partner, **values):
        return self.make_envelope([{"partner_id": partner.id, "identification": "login", **values}])

    def test_signs_after_logging_in(self):
        """Nobody but the contact that was invited comes in."""
        envelope = self.send(self.ask_to_log_in(self.portal.partner_id))
        signer = envelope.signer_ids
        self.assertFalse(signer.user_id)
        public = self.env.ref("base.public_user")
        for user in (self.other_portal, self.sender, self.manager, public):
            self.assertIsNone(signer._identify(None, user), user.login)
        self.assertEqual(signer._identify(None, self.portal), "login")
        answer = self.url_open(signer._page_path(), allow_redirects=False)
        self.assertIn("/web/login?redirect=", answer.headers["Location"])
        self.authenticate(self.portal.login, self.portal.login)
        page = self.url_open(signer._page_path())
        self.assertEqual(page.status_code, 200)
        self.assertIn(envelope.name, page.text)

    def test_at_the_invited_address(self):
        """A contact who changes the own address is somebody else for what went to the old one."""
        signer = self.send(self.ask_to_log_in(self.portal.partner_id)).signer_ids
        self.portal.partner_id.email = "elsewhere@example.com"
        self.assertIsNone(signer._identify(None, self.portal))

    def test_who_can_not_log_in(self):
        """No access to the portal, or no address for the invitation: said before it is sent."""
        with self.assertRaisesRegex(UserError, "has no Odoo login"):
            self.ask_to_log_in(self.customer).with_user(self.sender).action_send()
        without = self.ask_to_log_in(self.portal.partner_id)
        without.signer_ids.email = False
        with self.assertRaisesRegex(UserError, "has no valid email address"):
            without.with_user(self.sender).action_send()
        elsewhere = self.ask_to_log_in(self.portal.partner_id, email="elsewhere@example.com")
        with self.assertRaisesRegex(UserError, "asked at elsewhere@example.com"):
            elsewhere.with_user(self.sender).action_send()

"""The mails that go out in a test: kept instead of sent, with the links in them."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

LINK = re.compile(r"/esign/s/([\w-]{20,})")


class CaughtMails:
    def stand_ins(self):
        super().stand_ins()
        # those that went out before the first test of the class
        self.mails = list(vars(type(self)).get("_scene_mails", ()))
        self._mails_fail = False
        # Odoo's mail code runs in full, down to the connection
        for name, stand_in in (
            ("_disable_send", lambda _server: False),
            ("_connect__", lambda _server, *_args, **_kwargs: None),
            ("send_email", self._catch_mail()),
        ):
            self.startPatcher(patch.object(IrMail_Server, name, stand_in))

    def scene_is_set(self):
        super().scene_is_set()
        type(self)._scene_mails = tuple(self.mails)

    def _catch_mail(self):
        """Return what stands for the mail server: it keeps each message, or fails."""

        def send_email(_server, message, *_args, **_kwargs):
            if self._mails_fail:
                raise MailDeliveryException("Mail Delivery Failed", "the server does not answer")
            self.mails.append(message)
            return message["Message-Id"]

        return send_email

    @contextmanager
    def mails_fail(self):
        self._mails_fail = True
        try:
            yield
        finally:
            self._mails_fail = False

    @staticmethod
    def body_of(mail):
        """Return the HTML of a mail that went out."""
        part = mail.get_body(("html",)) or mail.get_body(("plain",))
        return part.get_content()

    def mails_to(self, email):
        return [mail for mail in self.mails if email in mail["To"]]

    def link_of(self, signer):
        """Return the path in the newest invitation that went out to this participant."""
        for mail in reversed(self.mails_to(signer.email)):
            found = LINK.search(self.body_of(mail))
            if found:
                return found[0]
        raise AssertionError(f"no link went out to {signer.email}")

    def token_of(self, signer):
        return self.link_of(signer).rpartition("/")[2]

"""Hostile texts in mails: nothing is executed, no further receiver, nothing crashes."""

from unittest.mock import patch

import psycopg2

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.exceptions import UserError
from odoo.tests import tagged

from .hostile import STRINGS
from .hostile_case import CONTROL, HostileCase


@tagged("post_install", "-at_install")
class TestMails(HostileCase):
    """Names of people and companies come from elsewhere in Odoo, with whatever is in them."""

    def setUp(self):
        super().setUp()
        self.receivers = []
        catch = self._catch_mail()

        def send_email(server, message, *args, **kwargs):
            self.receivers.append(server._prepare_smtp_to_list(message, None))
            return catch(server, message, *args, **kwargs)

        self.startPatcher(patch.object(IrMail_Server, "send_email", send_email))

    def test_a_name_is_no_second_address(self):
        """Else whoever names a participant could get the link that is for nobody else."""
        envelope = self.send_new()
        signer = envelope.signer_ids
        for name in (
            "thief@example.net",
            "Clara <thief@example.net>",
            '"Clara" <thief@example.net>, x',
            "Clara <thief@example.net>, " + "x" * 90,
            "Clara,thief@example.net",
            "Clara\uff20thief@example.net",
            "=?utf-8?q?thief=40example.net?=",
        ):
            self.receivers.clear()
            self.env.cr.execute(
                "UPDATE esign_signer SET name = %s WHERE id = %s", [name, signer.id]
            )
            self.env.invalidate_all()
            signer._send_private_mail("odoo_esign.mail_template_code", esign_code="123456")
            self.assertEqual(self.receivers, [[signer.email]], name)
            self.assertOneReceiver(self.mails[-1], signer.email, name)

    def test_heads_and_bodies(self):
        envelope = self.send_new()
        signer, sent = envelope.signer_ids, 0
        for number, text in enumerate(STRINGS):
            self.env.cr.execute("SAVEPOINT hostile")
            try:
                if "\0" in text:
                    raise ValueError("the database refuses it, with a line in the log")
                names = {"name": text[:2000]}
                self.customer.write(names)
                self.sender.partner_id.write(names)
                self.company.write(names)
                self.env.cr.execute(
                    "UPDATE esign_envelope SET name = %s, message = %s WHERE id = %s",
                    [text, text, envelope.id],
                )
                self.env.flush_all()
                self.env.invalidate_all()
                person = self.env["esign.signer"].new({"partner_id": self.customer.id})
                self.assertNotRegex(person.name or "", CONTROL)
                self.env.cr.execute(
                    "UPDATE esign_signer SET name = %s WHERE id = %s", [text, signer.id]
                )
                self.env.invalidate_all()
            except (ValueError, psycopg2.Error, UserError):
                continue  # no text for Odoo's own forms or the database
            finally:
                self.env.cr.execute("SAVEPOINT written")
            self.mails.clear()
            self.receivers.clear()
            template = ("invite", "code", "signed_copy", "declined")[number % 4]
            signer._send_private_mail(
                f"odoo_esign.mail_template_{template}",
                esign_url="/x",
                esign_code=text,
                declined_by=text,
            )
            self.assertEqual(self.receivers, [[signer.email]], text[:80])
            self.assertOneReceiver(self.mails[0], signer.email, text[:80])
            self.assertHarmlessHtml(self.body_of(self.mails[0]), text[:80])
            sent += 1
            self.env.cr.execute("ROLLBACK TO SAVEPOINT hostile")
            self.env.invalidate_all()
        self.assertGreater(sent, 90)

    def assertOneReceiver(self, mail, email, what):
        """Assert what a mail server reads from the bytes that go out."""
        import email as parser

        read = parser.message_from_bytes(mail.as_bytes(), policy=parser.policy.default)
        self.assertEqual([a.addr_spec for a in read["To"].addresses], [email], what)
        for name in ("Bcc", "Cc", "Set-Cookie"):
            self.assertNotIn(name, read, what)
        for name in ("To", "Subject", "From", "Reply-To"):
            self.assertEqual(len(read.get_all(name, [])), 1, (name, what))
            self.assertNotRegex(str(read[name]), "[\r\n\0]", what)

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formataddr

from .guard import unlocked

MAX_SENDS_PER_HOUR = 3


class EsignSigner(models.Model):
    """Mails to participants, without a trace of their links in the database."""

    _inherit = "esign.signer"

    def _send_private_mail(self, template_xmlid, attachments=None, **context):
        """Send a mail of which nothing stays: no record behind it, deleted after sending.

        Followers read the chatter, and a failed mail keeps its body; therefore a link is
        never posted, and a mail that can't be handed over is rolled back with its transaction.

        :param attachments: ``ir.attachment`` records that go with the mail
        :raise UserError: if the mail server did not take it
        """
        self.ensure_one()
        template = self.env.ref(template_xmlid).sudo().with_context(**context)
        subject = template._render_field("subject", self.ids, compute_lang=True)[self.id]
        body = template._render_field("body_html", self.ids, compute_lang=True)[self.id]
        sender = self.envelope_id.user_id.sudo()
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "body_html": body,
                    "email_from": sender.email_formatted or self.company_id.email_formatted,
                    "reply_to": sender.email_formatted or self.company_id.email_formatted,
                    "email_to": formataddr((self.name, self.email)),
                    "auto_delete": True,
                    "attachment_ids": [fields.Command.set(attachments.ids)]
                    if attachments
                    else False,
                }
            )
        )
        mail.send(raise_exception=True)
        if mail.exists() and mail.state not in ("sent", "received"):
            raise UserError(
                self.env._(
                    "The mail to %(who)s could not be sent: %(why)s",
                    who=self.name,
                    why=mail.failure_reason or mail.state,
                )
            )
        mail.exists().unlink()

    def action_resend(self):
        """Send the invitation again, with a new link; the old one is dead then."""
        for signer in self:
            signer.envelope_id.check_access("write")
            signer.sudo()._resend()
        return True

    def _resend(self):
        self.ensure_one()
        if self.envelope_id.state != "sent" or self.state not in ("invited", "opened"):
            raise UserError(self.env._("%s is not asked to do anything now.", self.name))
        if self._sends_last_hour() >= MAX_SENDS_PER_HOUR:
            raise UserError(
                self.env._(
                    "%(name)s got %(count)s mails in the last hour; wait a little.",
                    name=self.name,
                    count=MAX_SENDS_PER_HOUR,
                )
            )
        self.envelope_id._lock()
        unlocked(self).write({"invite_count": self.invite_count + 1, "token_sha256": False})
        self.env["esign.job"]._enqueue(
            "invite", self.envelope_id, signer=self, turn=self.invite_count
        )

    def _sends_last_hour(self):
        return (
            self.env["esign.job"]
            .sudo()
            .search_count(
                [
                    ("kind", "=", "invite"),
                    ("signer_id", "=", self.id),
                    ("create_date", ">", fields.Datetime.now() - timedelta(hours=1)),
                ]
            )
        )

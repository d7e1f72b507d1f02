import logging
import smtplib
from contextlib import contextmanager
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.exceptions import UserError
from odoo.tools import email_normalize, formataddr

from .guard import unlocked
from .plain_text import name_in_head, one_line

_logger = logging.getLogger(__name__)

MAX_SENDS_PER_HOUR = 3
MAX_SUBJECT = 250


@contextmanager
def failing_in_plain_words(env, who):
    """Turn what goes wrong with a mail into a sentence; the server's log gets the details.

    :raise UserError: if the mail server did not take the mail
    """
    try:
        yield
    except (MailDeliveryException, OSError) as error:
        _logger.warning("no mail to %s: %r", who, error)
        raise UserError(
            env._("The email to %(who)s could not be sent: %(why)s", who=who, why=_why(env, error))
        ) from error


def _why(env, error):
    # Odoo hands the error of smtplib on as an argument, or as what it was handling
    causes = (error, *error.args, error.__context__)
    cause = next((cause for cause in causes if isinstance(cause, OSError)), None)
    if isinstance(cause, smtplib.SMTPRecipientsRefused):
        return env._("the mail server does not accept email for this address.")
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return env._("the mail server refuses Odoo's user name or password.")
    if isinstance(cause, smtplib.SMTPResponseException):
        return env._("the mail server refuses this email.")
    if cause is not None:
        return env._("the mail server does not answer.")
    return str(error.args[0]) if error.args else ""


def _address(name, email):
    """Return name and address as one; '' where there is no good address."""
    email = email_normalize(email or "")
    return formataddr((name_in_head(name), email)) if email else ""


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
        values = self._private_mail_values(template)
        if attachments:
            values["attachment_ids"] = [fields.Command.set(attachments.ids)]
        mail = self.env["mail.mail"].sudo().create(values)
        number = mail.message_id
        with failing_in_plain_words(self.env, self.name):
            mail.send(raise_exception=True)
        if mail.exists() and mail.state not in ("sent", "received"):
            raise UserError(
                self.env._(
                    "The email to %(who)s could not be sent: %(why)s",
                    who=self.name,
                    why=mail.failure_reason or mail.state,
                )
            )
        mail.exists().unlink()
        kind = template_xmlid.rpartition("mail_template_")[2]
        self.env["esign.post"]._note(self, "mail", kind, number, self.email)

    def _private_mail_values(self, template):
        """Return what ``mail.mail`` is made of, rendered in the participant's language."""
        subject = template._render_field("subject", self.ids, compute_lang=True)[self.id]
        body = template._render_field("body_html", self.ids, compute_lang=True)[self.id]
        company, sender = self.company_id, self.envelope_id.user_id.sudo()
        writer = _address(sender.name, sender.email) or _address(company.name, company.email)
        return {
            "subject": one_line(subject, MAX_SUBJECT),
            "body_html": self._with_direction(body),
            "email_from": writer,
            # an answer quotes the link: not into the mailbox of the sender, who must not
            # see it, where the company has an address that Odoo reads and redacts
            "reply_to": company.catchall_formatted or writer,
            "email_to": _address(self.name, self.email),
            "auto_delete": True,
            # where it comes back to
            "record_company_id": company.id,
            "record_alias_domain_id": company.alias_domain_id.id,
        }

    def _with_direction(self, body):
        """Return a mail's body with the language that it is in, and which way that runs."""
        lang = self.env["res.lang"]._get_data(code=self._lang())
        return Markup('<div lang="%s" dir="%s">%s</div>') % (
            (lang.code or "en_US").replace("_", "-"),
            lang.direction or "ltr",
            body,
        )

    def action_resend(self):
        """Send the invitation again, with a new link; the old one is dead then."""
        for signer in self:
            signer.envelope_id.check_access("write")
            signer.sudo()._resend()
        names = ", ".join(self.mapped("name"))
        return self._told(
            self.env._("A new link is being sent to %s; the previous one no longer works.", names)
        )

    def _told(self, text):
        """Return the action that says what a button has done, and shows the record as it is now."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _resend(self, keep_link=False):
        """Queue the invitation once more.

        :param bool keep_link: the link before stays good until the new mail goes out; so that
            a stranger who asks for the mail throws nobody out
        """
        self.ensure_one()
        if self.envelope_id.state != "sent" or self.state not in ("invited", "opened"):
            raise UserError(self.env._("%s doesn't have anything to do right now.", self.name))
        if self._sends_last_hour() >= MAX_SENDS_PER_HOUR:
            raise UserError(
                self.env._(
                    "%(name)s has received %(count)s emails in the last hour; please wait a "
                    "little.",
                    name=self.name,
                    count=MAX_SENDS_PER_HOUR,
                )
            )
        self.envelope_id._lock()
        values = {"invite_count": self.invite_count + 1}
        if not keep_link:
            values["token_sha256"] = False
        unlocked(self).write(values)
        self.env["esign.job"]._enqueue(
            "invite", self.envelope_id, signer=self, turn=self.invite_count
        )

    def _sends_last_hour(self):
        return (
            self.env["esign.job"]
            .sudo()
            .search_count(
                [
                    ("kind", "in", ("invite", "remind", "reopened")),
                    ("signer_id", "=", self.id),
                    ("create_date", ">", fields.Datetime.now() - timedelta(hours=1)),
                ]
            )
        )

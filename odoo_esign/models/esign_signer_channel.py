import logging

import phonenumbers

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from .esign_signer_mail import failing_in_plain_words

_logger = logging.getLogger(__name__)

CHANNELS = {"mail": ("mail",), "sms": ("sms",), "both": ("sms", "mail")}
GONE_OUT = ("process", "pending", "sent")


class EsignSigner(models.Model):
    """How a participant's link gets there: by mail, by SMS, or by both."""

    _inherit = "esign.signer"

    invite_by = fields.Selection(
        [("mail", "Email"), ("sms", "SMS"), ("both", "Email and SMS")],
        "Invite by",
        required=True,
        default="mail",
    )

    def _evidence_facts(self):
        return {**super()._evidence_facts(), "invited_by": self.invite_by}

    # ------------------------------------------------------------- phone
    def _phone_number(self):
        """Return the number as E.164; the country comes from the contact, else the company."""
        country = self.partner_id.country_id or self.company_id.country_id
        try:
            number = phonenumbers.parse(self.phone or "", country.code or None)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_valid_number(number):
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _masked_phone(self):
        """Return for example «+420 ••• ••• 123»."""
        address = self._phone_number()
        if not address:
            return ""
        return f"+{phonenumbers.parse(address).country_code} ••• ••• {address[-3:]}"

    # ------------------------------------------------------------- whether it can get there
    def _check_channel(self):
        """Make sure that this participant's link can be sent.

        :raise UserError: in words for the sender
        """
        self.ensure_one()
        _ = self.env._
        # a copy is an attachment, hence a mail
        wanted = "mail" if self.action == "copy" else self.invite_by
        if wanted in ("mail", "both") and not email_normalize(self.email or ""):
            raise UserError(_("%s has no valid email address: add one first.", self.name))
        if wanted in ("sms", "both") and not self._phone_number():
            raise UserError(
                _(
                    "%s has no valid phone number for an SMS: add one with its country code.",
                    self.name,
                )
            )

    def _masked_destination(self):
        """Return where the link went, so that its owner knows it and a stranger doesn't."""
        shown = {"mail": self._masked_email(), "sms": self._masked_phone()}
        return ", ".join(shown[way] for way in reversed(CHANNELS[self.invite_by]) if shown[way])

    # ------------------------------------------------------------- sending
    def _send_link(self, path, mail_template, sms_template):
        """Send the link by all of this participant's ways.

        :return: what the log says, with ``failures`` if only one of two ways worked; None for
            whoever logs in and has no address, and finds the activity
        :raise UserError: in plain words, if it got out by no way
        """
        self.ensure_one()
        url = self.envelope_id.get_base_url() + path
        ways = [way for way in CHANNELS[self.invite_by] if way != "mail" or self.email]
        sent, failures = [], []
        for way in ways:
            try:
                # what was begun for a message that can't be sent is taken back
                with self.env.cr.savepoint():
                    if way == "mail":
                        self._send_private_mail(mail_template, esign_url=url)
                    else:
                        self._send_private_sms(sms_template, esign_url=url)
                sent.append(way)
            except UserError as error:
                failures.append(str(error))
        if failures and not sent:
            raise UserError("\n".join(failures))
        if not sent:
            return None
        facts = {"by": "+".join(sorted(sent)), "failures": failures}
        return {**facts, "phone": self._masked_phone()} if "sms" in sent else facts

    def _hand_over_sms(self, sms):
        """Hand an SMS to Odoo's own service, or to the provider that is installed instead.

        :raise UserError: in plain words, if it does not answer
        """
        try:
            sms.send(unlink_failed=False, unlink_sent=False, raise_exception=True)
        except AccessError as error:
            # what Odoo's in-app purchases say when their server can't be reached
            _logger.warning("no SMS to participant %s: %r", self.id, error)
            raise UserError(
                self.env._(
                    "The SMS to %(name)s could not be sent: %(why)s",
                    name=self.name,
                    why=self.env._("the SMS service does not answer."),
                )
            ) from error

    def _send_private_sms(self, template_xmlid, **context):
        """Send an SMS without a message behind it, which all followers would read; keep nothing.

        :raise UserError: in plain words, if the provider did not take it
        """
        self.ensure_one()
        template = self.env.ref(template_xmlid).sudo().with_context(**context)
        body = template._render_field("body", self.ids, compute_lang=True)[self.id]
        sms = self.env["sms.sms"].sudo().with_company(self.company_id)
        sent = sms.create({"number": self._phone_number(), "body": body})
        with failing_in_plain_words(self.env, self.name):
            self._hand_over_sms(sent)
        if sent.state not in GONE_OUT:
            labels = dict(sent._fields["failure_type"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The SMS to %(name)s could not be sent: %(why)s",
                    name=self.name,
                    why=labels.get(sent.failure_type) or sent.state,
                )
            )
        sent.write({"body": "", "to_delete": True})
        kind = template_xmlid.rpartition("sms_template_")[2]
        shown = self._masked_phone()
        post = self.env["esign.post"]._note(self, "sms", kind, sent.uuid, shown)
        self.env["sms.tracker"].sudo().create({"sms_uuid": sent.uuid, "esign_post_id": post.id})

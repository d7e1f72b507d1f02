from datetime import timedelta

from odoo import fields, models
from odoo.tools import formataddr, plaintext2html

from .esign_signer_consent import MAX_REASON
from .plain_text import clean, isolated, name_in_head

MAX_QUESTIONS = 5
CLOSED = ("cancelled", "declined", "expired")


class EsignSigner(models.Model):
    """Questions to the sender, before or after signing."""

    _inherit = "esign.signer"

    def _ask(self, question, network):
        """Put a question into the envelope's chatter and the sender's inbox.

        An answer to that mail goes straight to the participant.

        :return: the page's answer
        """
        self.ensure_one()
        question = clean(question, MAX_REASON)
        if not question:
            return self._failure("invalid", self.env._("Please write your question."))
        envelope = self.envelope_id
        if envelope.state in CLOSED:
            return self._failure(envelope.state)
        envelope._lock()
        if self._questions_last_hour() >= MAX_QUESTIONS:
            return self._failure(
                "invalid",
                self.env._(
                    "You have asked several questions within the last hour; %s has received them "
                    "all.",
                    envelope.user_id.sudo().name,
                ),
            )
        self._put_question(question, network)
        return {
            "ok": True,
            "message": self.env._(
                "%(sender)s has received your question and will reply to %(email)s.",
                sender=isolated(envelope.user_id.sudo().name),
                email=self.email or self.name,
            ),
        }

    def _put_question(self, question, network):
        envelope = self.envelope_id
        envelope._log(
            "asked",
            {**self._evidence_facts(), "question": question, "ip_address": network["ip_address"]},
            actor=self,
        )
        address = formataddr((name_in_head(self.name), self.email)) if self.email else False
        envelope._tell_responsible(
            lambda _: (
                plaintext2html(_("%(name)s asks:", name=self.name) + "\n" + question),
                _("Question from %(name)s: %(subject)s", name=self.name, subject=envelope.name),
            ),
            author_id=self.partner_id.id or self.env.ref("base.partner_root").id,
            reply_to=address,
        )

    def _questions_last_hour(self):
        since = fields.Datetime.now() - timedelta(hours=1)
        return (
            self.env["esign.event"]
            .sudo()
            .search_count(
                [
                    ("envelope_id", "=", self.envelope_id.id),
                    ("code", "=", "asked"),
                    ("actor", "=", f"signer:{self.id}"),
                    ("ts", ">", since.strftime("%Y-%m-%dT%H:%M:%S")),
                ]
            )
        )

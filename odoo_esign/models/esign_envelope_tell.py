from odoo import models

from .plain_text import one_line

MAX_SUBJECT = 250


class EsignEnvelope(models.Model):
    """What is said to the responsible user, whoever or whatever brought it about.

    A participant's page speaks the participant's language, and a cron none: therefore nobody
    hands over a text here, but how to put it into words.
    """

    _inherit = "esign.envelope"

    def _tell_responsible(self, words, **message):
        """Tell the responsible user in the envelope's chatter, with a mail to that user.

        The mail is nobody's letter: no signature stands under it.

        :param words: takes the ``_`` of that user's language, returns text and subject
        :param message: what ``message_post`` takes besides
        """
        self.ensure_one()
        envelope = self.with_context(
            lang=self.user_id.lang or None,
            # Odoo lets what crons say wait for the queue of mails, for an hour at most
            mail_notify_force_send=True,
        )
        text, subject = words(envelope.env._)
        envelope.message_post(
            body=text,
            subject=one_line(subject, MAX_SUBJECT),
            partner_ids=self.user_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
            email_add_signature=False,
            **message,
        )

from email.message import EmailMessage

from odoo import api, models

from .mail_message import redact


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        """Keep no original of a mail that quotes a signing link: its encodings hide the link."""
        parsed = super().message_parse(message, save_original=save_original)
        texts = (str(parsed.get(name) or "") for name in ("body", "subject"))
        if any(redact(text) != text for text in texts):
            parsed["attachments"] = [
                attachment
                for attachment in parsed["attachments"]
                if attachment.fname != "original_email.eml"
            ]
        parsed["attachments"] = [
            attachment._replace(content=_redact_content(attachment.content))
            for attachment in parsed["attachments"]
        ]
        return parsed


def _redact_content(content):
    """Return a text that came with a mail, or a mail forwarded in it, without signing links.

    Other files stay as they are, to the byte: a signed one would be broken.
    """
    if isinstance(content, EmailMessage):
        for part in content.walk():
            if part.get_content_maintype() == "text":
                _redact_part(part)
        return content
    return redact(content) if isinstance(content, str) else content


def _redact_part(part):
    try:
        text = part.get_content()
        if redact(text) != text:
            part.set_content(redact(text), subtype=part.get_content_subtype())
    except (LookupError, ValueError):
        # an unknown charset; Odoo does not read it either
        return

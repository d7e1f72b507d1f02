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
    """Return a file that came with a mail, or a mail forwarded in it, without signing links."""
    if isinstance(content, EmailMessage):
        for part in content.walk():
            if part.get_content_maintype() == "text":
                text = part.get_content()
                if redact(text) != text:
                    part.set_content(redact(text), subtype=part.get_content_subtype())
        return content
    if isinstance(content, bytes):
        text = content.decode("latin-1")
        clean = redact(text)
        return content if clean == text else clean.replace("…", "...").encode("latin-1")
    return redact(content) if isinstance(content, str) else content

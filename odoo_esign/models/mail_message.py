import re

from odoo import api, models


def _spelled(word):
    """Return a pattern for a word of an address, each letter as it is or written as %XX."""
    return "".join(f"(?:{char}|%(?:25)*(?:{ord(char):x}|{ord(char) - 32:x}))" for char in word)


# as it stands in a mail, as the link checkers of mail servers and programs write it anew, and as
# whoever plays with addresses may spell it
_SLASH = r"(?:/|\\|_|%(?:25)*(?:2F|5C))+"
_LINK = re.compile(
    rf"(?:(?<![A-Za-z0-9])|(?<=2F)|(?<=5C))"
    rf"({_spelled('esign')}{_SLASH}{_spelled('s')}{_SLASH})[\w%.~-]{{16,}}",
    re.IGNORECASE,
)


def redact(text):
    """Return ``text`` with the secret part of signing links taken out."""
    if not text or not ("%" in text or "esign" in text.lower()):
        return text
    return _LINK.sub(r"\1…", text)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """A customer's reply quotes the invitation: its link must not lie in the chatter."""
        for vals in vals_list:
            self._esign_redact(vals)
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        self._esign_redact(vals)
        return super().write(vals)

    @api.model
    def _esign_redact(self, vals):
        for name in ("body", "subject"):
            if vals.get(name):
                clean = redact(str(vals[name]))
                if clean != str(vals[name]):
                    vals[name] = type(vals[name])(clean)

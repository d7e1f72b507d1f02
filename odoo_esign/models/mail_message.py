import re

from odoo import api, models

# as it stands in a mail, and as the link checkers of mail servers and programs write it anew
_LINK = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=2F))(esign(?:/|_|%(?:25)*2F)s(?:/|_|%(?:25)*2F))[\w%.~-]{16,}",
    re.IGNORECASE,
)


def redact(text):
    """Return ``text`` with the secret part of signing links taken out."""
    return _LINK.sub(r"\1…", text) if text and "esign" in text.lower() else text


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

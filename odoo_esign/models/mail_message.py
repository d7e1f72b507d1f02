import re

from odoo import api, models

_LINK = re.compile(r"(/esign/s/)[\w%.~-]{16,}")


def redact(text):
    """Return ``text`` with the secret part of signing links taken out."""
    return _LINK.sub(r"\1…", text) if text and "/esign/s/" in text else text


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """A customer's reply quotes the invitation: its link must not lie in the chatter."""
        for vals in vals_list:
            for name in ("body", "subject"):
                if vals.get(name):
                    clean = redact(str(vals[name]))
                    if clean != str(vals[name]):
                        vals[name] = type(vals[name])(clean)
        return super().create(vals_list)

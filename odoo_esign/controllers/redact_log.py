"""Take signing links out of the server's own log.

The secret is part of the path, and paths are what a web server logs: werkzeug of every
request, Odoo's router at the level DEBUG, and with ``--log-sql`` the mail's body too.
"""

import logging

from ..models.mail_message import redact

_formatter = logging.Formatter()


class RedactLinks(logging.Filter):
    """Rewrites what a record says; it never drops a line."""

    def filter(self, record):
        try:
            said = record.getMessage()
        except Exception:
            return True  # a malformed record: logging itself complains about it
        clean = redact(said)
        if clean != said:
            record.msg, record.args = clean, None
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(_formatter.formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def _watch(place):
    if not any(isinstance(f, RedactLinks) for f in place.filters):
        place.addFilter(RedactLinks())


for _name in ("werkzeug", "odoo.http", "odoo.addons.base.models.ir_http"):
    _watch(logging.getLogger(_name))
# whatever else is logged passes here: a logger's filter does not see what its children log
for _handler in logging.getLogger().handlers:
    _watch(_handler)

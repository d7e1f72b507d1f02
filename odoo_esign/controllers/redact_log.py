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
        if isinstance(record.msg, str):
            record.msg = redact(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(redact(a) if isinstance(a, str) else a for a in record.args)
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(_formatter.formatException(record.exc_info))
        return True


def _watch(place):
    if not any(isinstance(f, RedactLinks) for f in place.filters):
        place.addFilter(RedactLinks())


for _name in ("werkzeug", "odoo.http", "odoo.addons.base.models.ir_http"):
    _watch(logging.getLogger(_name))
# whatever else is logged passes here: a logger's filter does not see what its children log
for _handler in logging.getLogger().handlers:
    _watch(_handler)

"""Take signing links out of the server's own request log.

The secret is part of the path, and the path is what werkzeug logs of every request.
"""

import logging

from ..models.mail_message import redact


class RedactLinks(logging.Filter):
    """Rewrites a record's arguments; it never drops a line."""

    def filter(self, record):
        if isinstance(record.msg, str):
            record.msg = redact(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(redact(a) if isinstance(a, str) else a for a in record.args)
        return True


for _name in ("werkzeug", "odoo.http", "odoo.addons.base.models.ir_http"):
    _logger = logging.getLogger(_name)
    if not any(isinstance(f, RedactLinks) for f in _logger.filters):
        _logger.addFilter(RedactLinks())

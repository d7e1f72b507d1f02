"""Keep what is written into a secret field out of the server's log.

At the level DEBUG Odoo logs the parameters of every call that comes in.
"""

import logging

_names = set()


def never_log(field_name):
    """Leave the parameters out of the log wherever this name is among them."""
    _names.add(field_name)


class RedactSecrets(logging.Filter):
    """Rewrites what a record says; it never drops a line."""

    def filter(self, record):
        if not _names or not record.args:
            return True
        try:
            said = record.getMessage()
        except Exception:
            return True  # a malformed record: logging itself complains about it
        if any(name in said for name in _names):
            record.msg = f"{record.msg} (parameters left out: they may hold a secret)"
            record.args = tuple("***" for _arg in record.args)
        return True


logging.getLogger("odoo.service.model").addFilter(RedactSecrets())

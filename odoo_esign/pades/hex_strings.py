"""Lets pyHanko 0.38 read hexadecimal strings at once instead of character by character.

A signature's /Contents is such a string of 15,000 digits. pyHanko reads it with a call or two for
each of them, 6 ms for every signature in the file, several times while another one is added.
Strings of hexadecimal digits alone are read here, all others (white space, comments, what is
broken) by pyHanko as before.
"""

import functools
import logging
import re

from pyhanko.pdf_utils import generic
from pyhanko.version import __version__ as installed

_logger = logging.getLogger(__name__)

KNOWN = ('0.38.',)
"""Versions whose source was read."""

_NAME = 'read_hex_string_from_stream'
_DIGITS = re.compile(rb'<((?:[0-9A-Fa-f]{2})*)>').fullmatch
_AT_ONCE = 64 * 1024


def apply() -> bool:
    """Put the faster reading in place; return whether it is.

    Idempotent. Versions of pyHanko other than those known are left alone.
    """
    if is_applied():
        return True
    if not installed.startswith(KNOWN):
        _logger.info('pyHanko %s reads hexadecimal strings its own way', installed)
        return False
    setattr(generic, _NAME, _faster(getattr(generic, _NAME)))
    return True


def is_applied() -> bool:
    """Return whether the faster reading is in place."""
    return hasattr(getattr(generic, _NAME, None), 'slower')


def remove():
    """Take it away again (for tests)."""
    if is_applied():
        setattr(generic, _NAME, getattr(generic, _NAME).slower)


def _faster(slower):
    @functools.wraps(slower)
    def read(stream):
        start = stream.tell()
        found = stream.read(_AT_ONCE)
        end = found.find(b'>') + 1
        match = _DIGITS(found[:end]) if end else None
        if match is None:
            stream.seek(start)
            return slower(stream)
        stream.seek(start + end)
        return generic.pdf_string(bytes.fromhex(match[1].decode()))

    read.slower = slower
    return read

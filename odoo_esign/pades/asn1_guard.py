"""Guards a mistake of asn1crypto 1.5.1 that makes signing slow at random.

Its `dump` methods take any header whose last byte is 0x80 for a BER indefinite length (X.690,
8.1.3.6). A definite length such as 0x0180 ends the same way. The value is then encoded anew, and
every value inside it, recursively: a signature takes seconds whenever a length happens to fall on
a multiple of 256 plus 128. Open upstream: wbond/asn1crypto#249.
"""

import functools
import logging

from asn1crypto import core, version

_logger = logging.getLogger(__name__)

AFFECTED = ('1.5.1',)
"""Versions whose source was read; newer ones are guarded only if they show the mistake."""

_CLASSES = (core.Asn1Value, core.Choice, core.Primitive, core.Sequence, core.SequenceOf)


class _DefiniteHeader(bytes):
    """A header that only looks indefinite: hides its last byte from `header[-1:] == b'\\x80'`."""

    def __getitem__(self, key):
        return b'' if key == slice(-1, None) else super().__getitem__(key)


def apply() -> bool:
    """Guard asn1crypto's `dump` methods; return whether the guard is in place.

    Idempotent. Does nothing if the installed version doesn't show the mistake.
    """
    if is_applied():
        return True
    if not is_affected():
        return False
    if version.__version__ not in AFFECTED:
        _logger.warning(
            'asn1crypto %s still mistakes definite lengths; guarding it like 1.5.1',
            version.__version__,
        )
    for cls in _CLASSES:
        cls.dump = _guarded(cls.dump)
    return True


def is_applied() -> bool:
    """Return whether the guard is in place."""
    return hasattr(core.Asn1Value.dump, 'unguarded')


def is_affected() -> bool:
    """Return whether asn1crypto, as it is now, encodes a value of definite length anew."""
    # A length written longer than needed shows it: encoding anew would shorten it.
    probe = b'\x04\x83\x00\x01\x80' + bytes(0x180)
    return core.OctetString.load(probe).dump() != probe


def remove():
    """Take the guard away again (for tests)."""
    if is_applied():
        for cls in _CLASSES:
            cls.dump = cls.dump.unguarded


def _guarded(dump):
    @functools.wraps(dump)
    def guarded(self, force=False):
        header = self._header
        if not force and type(header) is bytes and header[-1:] == b'\x80':
            if not _ends_indefinite(header):
                self._header = _DefiniteHeader(header)
        return dump(self, force)

    guarded.unguarded = dump
    return guarded


def _ends_indefinite(header):
    """Read the identifier and length octets in `header`, outer tags first (X.690, 8.1.2-8.1.3)."""
    position, length = 0, None
    while position < len(header):
        high_tag = header[position] & 0x1F == 0x1F
        position += 1
        while high_tag and position < len(header):
            high_tag = header[position] & 0x80
            position += 1
        if position >= len(header):
            break
        length = header[position]
        position += 1
        if length > 0x80:
            position += length & 0x7F
    return length == 0x80

"""Canonical JSON: one value has exactly one sequence of bytes, today and in thirty years.

The form is what any language's JSON library can produce: keys sorted by code point, no white
space, UTF-8 without escapes beyond those JSON demands. Text is *not* normalised (NFC or else):
two texts that differ in code points are two texts, and the evidence has to tell them apart.

Refused are values that two implementations print differently or that a database changes on the
way: floats, whole numbers beyond 53 bits, U+0000 (PostgreSQL can't store it) and lone surrogates.
Times are passed as ISO 8601 strings.
"""

import json

MAX_INTEGER = 2**53 - 1
"""Largest whole number that every JSON reader keeps exact (IEEE 754 double)."""

MAX_DEPTH = 64
"""Deepest nesting accepted, well below what exhausts a reader's stack."""


class CanonicalError(ValueError):
    """The value has no canonical form; the message says where and why."""


def dumps(obj) -> bytes:
    """Return the canonical JSON of `obj`: dict, list, tuple, str, int, bool or None.

    Raises CanonicalError on anything else and on the values named in the module's text.
    """
    _check(obj, '$', 0)
    text = json.dumps(
        obj, sort_keys=True, separators=(',', ':'), ensure_ascii=False, allow_nan=False
    )
    return text.encode('utf-8')


def _check(value, path, depth):
    if depth > MAX_DEPTH:
        raise CanonicalError(f'{path}: nested deeper than {MAX_DEPTH} levels')
    if value is None or value is True or value is False:
        return
    # Exact types: a subclass may print itself differently (IntEnum, lazily translated str).
    kind = type(value)
    if kind is str:
        _check_text(value, path)
    elif kind is int:
        if abs(value) > MAX_INTEGER:
            raise CanonicalError(f'{path}: whole number beyond 53 bits')
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise CanonicalError(f'{path}: key {key!r} is not text')
            _check_text(key, path)
            _check(item, f'{path}.{key}', depth + 1)
    elif kind in (list, tuple):
        for index, item in enumerate(value):
            _check(item, f'{path}[{index}]', depth + 1)
    else:
        raise CanonicalError(f'{path}: {kind.__name__} has no canonical form')


def _check_text(text, path):
    if '\x00' in text:
        raise CanonicalError(f'{path}: text with U+0000')
    try:
        text.encode('utf-8')
    except UnicodeEncodeError:
        raise CanonicalError(f'{path}: text with a lone surrogate') from None

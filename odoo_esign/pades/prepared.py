"""Names that every reader of certificates can compare (RFC 5280, 7.1; RFC 4518).

Readers prepare names before they compare them, by the rules of stringprep, which know Unicode 3.2
alone: a character added later (every emoji) is prohibited there, and many readers, asn1crypto
among them, refuse right-to-left and Latin letters in one name (RFC 3454, 6). A certificate with
such a name makes the whole chain unreadable, hence the signature. What is taken out here stands
whole in the signature's /Name, in the stamp and in the log.
"""

import functools
import stringprep
import unicodedata

from .names import MAX_NAME_BYTES, clean_name

_PROHIBITED = (
    stringprep.in_table_a1,  # unassigned in Unicode 3.2
    stringprep.in_table_c3,  # private use
    stringprep.in_table_c4,  # not characters
    stringprep.in_table_c5,  # surrogates
    stringprep.in_table_c8,  # change of display
)
_is_right_to_left = stringprep.in_table_d1
_is_left_to_right = stringprep.in_table_d2


def prepared_name(text: str, limit: int = MAX_NAME_BYTES) -> str:
    """Return as much of a name as every reader can compare, at most `limit` bytes of UTF-8.

    Characters unknown to Unicode 3.2 go, or become their small letter where that is known; of two
    directions of writing the one with more letters stays. May be empty.
    """
    text = clean_name(text, 4 * len(text))
    if not text.isascii():
        text = _one_direction(''.join(map(_known, text)))
    text = clean_name(text, limit)
    while text and not is_readable(text):
        text = _outer(text)
    return text


def is_readable(text: str) -> bool:
    """Whether every reader can prepare this name for comparison."""
    if text.isascii():
        return text.isprintable()
    text = _mapped(text)
    if any(_is_prohibited(char) for char in text):
        return False
    if not any(map(_is_right_to_left, text)):
        return True
    ends = _is_right_to_left(text[0]) and _is_right_to_left(text[-1])
    return ends and not any(map(_is_left_to_right, text))


def _mapped(text):
    return unicodedata.normalize('NFKC', ''.join(map(stringprep.map_table_b2, text)))


def _is_prohibited(char):
    return char == '\ufffd' or any(among(char) for among in _PROHIBITED)


@functools.lru_cache(4096)
def _known(char):
    """Return the character, its small letter, or nothing."""
    for form in (char, char.lower()):
        if not any(map(_is_prohibited, form + _mapped(form))):
            return form
    return ''


def _one_direction(text):
    """Return the text without the letters of the direction that has fewer of them."""
    right = [char for char in text if _direction(char) == 'right to left']
    left = [char for char in text if _direction(char) == 'left to right']
    if not right or not left:
        return text
    fewer = right if len(right) < len(left) else left
    if len(right) == len(left):
        fewer = left if text.index(right[0]) < text.index(left[0]) else right
    kept = ''.join(char for char in text if char not in fewer)
    # What stood between letters that are gone: 'Ali (علي)' leaves no brackets.
    words = (word for word in kept.split() if any(map(str.isalnum, word)))
    return ' '.join(words).strip('-–,;:/&+(')


@functools.lru_cache(4096)
def _direction(char):
    """Return which way a letter runs once prepared, None for what has no direction."""
    mapped = _mapped(char)
    if any(map(_is_right_to_left, mapped)):
        return 'right to left'
    return 'left to right' if any(map(_is_left_to_right, mapped)) else None


def _outer(text):
    """Return the text without what stands outside its right-to-left letters, at least one less."""
    places = [place for place, char in enumerate(text) if _is_right_to_left(char)]
    inner = text[places[0] : places[-1] + 1] if places else ''
    return inner if inner != text else ''

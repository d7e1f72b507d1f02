"""Whether a text can be printed, and if not, why: in words for whoever typed it."""

import unicodedata

from ..pades.appearance import UnprintableText, check_text, normalise_text

SHOWN = 8


def why_unprintable(env, text):
    """Return a sentence that names the characters that can't be printed, or None."""
    try:
        check_text(text)
    except UnprintableText as refusal:
        return _sentence(env, refusal.characters)
    return None


def as_printable(text):
    """Return a text for print in which what has no font stands as its number: ``[U+4E2D]``.

    For what is only quoted, as a question that somebody has asked: that is not refused.
    """
    while True:
        try:
            check_text(text)
        except UnprintableText as refusal:
            text = normalise_text(text)
            for char in refusal.characters:
                unseen = unicodedata.category(char)[0] == "C"
                text = text.replace(char, "" if unseen else f"[U+{ord(char):04X}]")
        else:
            return text


def _sentence(env, characters):
    seen = [char for char in characters if unicodedata.category(char)[0] not in "CZM"]
    unseen = [f"U+{ord(char):04X}" for char in characters if char not in seen]
    if seen:
        return env._(
            "Please leave out these characters, which the server has no font to print: %s",
            " ".join(seen[:SHOWN]) + (" …" if len(seen) > SHOWN else ""),
        )
    return env._(
        "It contains invisible characters that can't be printed (%s). Please type it again.",
        ", ".join(unseen[:SHOWN]),
    )

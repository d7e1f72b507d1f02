"""Whether a text can be printed, and if not, why: in words for whoever typed it."""

import unicodedata

from ..pades.appearance import UnprintableText, check_text

SHOWN = 8


def why_unprintable(env, text):
    """Return a sentence that names the characters that can't be printed, or None."""
    try:
        check_text(text)
    except UnprintableText as refusal:
        return _sentence(env, refusal.characters)
    return None


def _sentence(env, characters):
    seen = [char for char in characters if unicodedata.category(char)[0] not in "CZM"]
    unseen = [f"U+{ord(char):04X}" for char in characters if char not in seen]
    if seen:
        return env._(
            "The server has no font to print these characters: %s – please write it without them.",
            " ".join(seen[:SHOWN]) + (" …" if len(seen) > SHOWN else ""),
        )
    return env._(
        "There are invisible characters in it that can't be printed (%s). Please type it anew.",
        ", ".join(unseen[:SHOWN]),
    )

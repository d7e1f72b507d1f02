"""Which way each character of a paragraph runs: the Unicode bidirectional algorithm (UAX #9).

python-bidi does all of it but the rule for brackets (N0), without which `حسن (CEO) 5` would lose
its closing bracket to the other side; its part in Rust has the rule, and tells no levels, which
lines that are broken later need. Overrides, embeddings and isolates are refused before (see
text.py), so that a paragraph is one sequence with one embedding level.
"""

import unicodedata

from bidi import algorithm as bidi
from bidi.mirror import MIRRORED

_RIGHT_TO_LEFT = frozenset(('R', 'AL', 'AN'))
_DEEPEST = 63  # brackets within each other (BD16)
_AS_STRONG = {'L': 'L', 'R': 'R', 'EN': 'R', 'AN': 'R'}  # numbers count as R (N0)


def is_right_to_left(text: str) -> bool:
    """Whether the paragraph's direction is right to left (UAX #9, P2 and P3)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ('L', 'R', 'AL'):
            return direction != 'L'
    return False


def levels_of(text: str) -> list[int]:
    """Return each character's embedding level; odd ones run from right to left."""
    base = 1 if is_right_to_left(text) else 0
    if not base and not any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        return [0] * len(text)
    storage = bidi.get_empty_storage()
    storage['base_level'], storage['base_dir'] = base, 'LR'[base]
    bidi.get_embedding_levels(text, storage)
    for index, entry in enumerate(storage['chars']):
        entry['index'] = index
    bidi.explicit_embed_and_overrides(storage)  # drops joiners from the list (rule X9)
    bidi.resolve_weak_types(storage)
    _resolve_brackets(storage['chars'], 'LR'[base])
    bidi.resolve_neutral_types(storage, False)
    bidi.resolve_implicit_levels(storage, False)
    levels = [None] * len(text)
    for entry in storage['chars']:
        levels[entry['index']] = entry['level']
    for index, level in enumerate(levels):
        if level is None:
            levels[index] = levels[index - 1] if index else base
    return levels


def _resolve_brackets(chars, embedding):
    """Give both brackets of a pair the direction of what is in them or before them (N0)."""
    for opening, closing in _pairs(chars):
        inside = {_AS_STRONG.get(entry['type']) for entry in chars[opening + 1 : closing]}
        if embedding in inside:
            direction = embedding
        elif inside & {'L', 'R'}:
            before = (_AS_STRONG.get(entry['type']) for entry in reversed(chars[:opening]))
            direction = next(filter(None, before), embedding)
        else:
            continue
        for place in (opening, closing):
            chars[place]['type'] = direction
            for entry in chars[place + 1 :]:  # marks above a bracket go with it
                if unicodedata.bidirectional(entry['ch']) != 'NSM':
                    break
                entry['type'] = direction


def _pairs(chars):
    """Return the places of the brackets that belong together, in the order of the first (BD16)."""
    waiting, pairs = [], []
    for place, entry in enumerate(chars):
        char = entry['ch']
        if entry['type'] != 'ON' or char not in MIRRORED:
            continue
        category = unicodedata.category(char)
        if category == 'Ps':
            if len(waiting) == _DEEPEST:
                break
            waiting.append((MIRRORED[char], place))
        elif category == 'Pe':
            while any(wanted == char for wanted, _place in waiting):
                wanted, opening = waiting.pop()
                if wanted == char:
                    pairs.append((opening, place))
                    break
    return sorted(pairs)

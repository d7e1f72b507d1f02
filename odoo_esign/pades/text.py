"""Text as it may be printed: normalised, checked, split into runs, ordered and shaped.

Runs are pieces of one font, script and direction. They are ordered for the eye by the Unicode
bidirectional algorithm (UAX #9) and shaped by HarfBuzz, so that Arabic joins, accents stack and
right-to-left text reads right.
"""

import re
import unicodedata
from dataclasses import dataclass

import uharfbuzz as hb
from fontTools import unicodedata as scripts

from . import fonts
from .direction import levels_of
from .errors import UnprintableText

NOT_ALLOWED = 'Zzzz'
"""Script named in UnprintableText for characters that no font could make acceptable."""

_JOINERS = '\u200c\u200d'  # part of spelling in Persian and Indic scripts
_INVISIBLE = re.compile(
    '[\u00ad\u034f\u115f\u1160\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\u2800\u3164'
    '\ufe00-\ufe0f\ufeff\uffa0]'
)
_BREAKS = re.compile('\r\n|[\r\u2028\u2029\x0b\x0c]')
_SPACES = re.compile(r'[^\S\n]')
_ARABIC_SIGNS = frozenset('\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2')
_COMMON = ('Zyyy', 'Zinh')
# Ligatures make copied text worse and gain nothing at this size; other scripts need theirs.
_NO_LIGATURES = {'liga': False, 'clig': False}


@dataclass(frozen=True)
class Glyph:
    """A glyph, in units of its font; `text` is what it stands for ('' within a cluster)."""

    id: int
    advance: int
    x: int
    y: int
    cluster: int
    text: str


@dataclass(frozen=True)
class Run:
    """A piece of a line in one font; glyphs stand in the order of the eye."""

    font: fonts.Font
    text: str
    glyphs: tuple[Glyph, ...]
    start: int

    @property
    def width(self) -> float:
        """Width in em."""
        return sum(glyph.advance for glyph in self.glyphs) / self.font.units_per_em


def normalise_text(text: str) -> str:
    """Return `text` as it is printed: NFC, plain spaces and line feeds, nothing invisible."""
    text = _BREAKS.sub('\n', text)
    text = _SPACES.sub(' ', text)
    return unicodedata.normalize('NFC', _INVISIBLE.sub('', text))


def check_text(text: str) -> None:
    """Raise UnprintableText if `text` (after normalise_text) can't be printed on this server.

    Refused are control characters, bidirectional overrides and isolates (they make a text read
    other than it is stored), private and unassigned characters, and scripts without a font.
    """
    text = normalise_text(text)
    forbidden = _unique(char for char in text if not _is_allowed(char))
    if forbidden:
        raise UnprintableText(text, forbidden, NOT_ALLOWED)
    missing = [cluster for cluster in set(_clusters(text)) if _font(cluster) is None]
    if missing:
        characters = _unique(sorted(char for cluster in missing for char in _base(cluster)))
        raise UnprintableText(text, characters, scripts.script(characters[0]))


def shape_line(text: str, levels: list[int] | None = None) -> list[Run]:
    """Return the runs of one line in the order of the eye; raises UnprintableText.

    `levels`: those of the characters in the paragraph that the line is a part of.
    """
    levels = levels_of(text) if levels is None else levels
    runs = []
    for start, end, font, script in _items(text, levels):
        runs.append((levels[start], _shape(text, start, end, font, script, levels[start])))
    return _visual_order(runs)


def _unique(characters):
    return ''.join(dict.fromkeys(characters))


def _is_allowed(char):
    category = unicodedata.category(char)
    if category == 'Cf':
        return char in _JOINERS or char in _ARABIC_SIGNS
    return category[0] != 'C' or char == '\n'


def _clusters(text):
    """Split into characters with their combining marks and joiners (a simple UAX #29)."""
    cluster = ''
    for char in text:
        if cluster and (char in _JOINERS or unicodedata.category(char)[0] == 'M'):
            cluster += char
        else:
            if cluster:
                yield cluster
            cluster = char
    if cluster:
        yield cluster


def _base(cluster):
    return ''.join(char for char in cluster if char not in _JOINERS)


def _font(cluster):
    if cluster.isspace():
        return fonts.default_font()
    return fonts.font_for(_base(cluster) or ' ')


def _items(text, levels):
    """Yield (start, end, font, script) of pieces with one font, script and level."""
    position, current = 0, None
    script = next((s for s in map(scripts.script, text) if s not in _COMMON), 'Latn')
    for cluster in _clusters(text):
        font = _font(cluster)
        if font is None:
            raise UnprintableText(text, cluster, scripts.script(cluster[0]))
        own = scripts.script(cluster[0])
        script = own if own not in _COMMON else script
        if cluster.isspace() and current is not None:
            font = current[1]  # a space belongs to the word before it
        key = (font, script, levels[position])
        if current is None or key != current[1:]:
            if current is not None:
                yield current[0], position, current[1], current[2]
            current = (position, *key)
        position += len(cluster)
    if current is not None:
        yield current[0], position, current[1], current[2]


def _shape(text, start, end, font, script, level):
    piece = text[start:end]
    buffer = hb.Buffer()
    buffer.add_str(piece)
    buffer.script = script
    buffer.direction = 'rtl' if level % 2 else 'ltr'
    buffer.guess_segment_properties()
    plain = script in ('Latn', 'Cyrl', 'Grek')
    hb.shape(font.hb, buffer, _NO_LIGATURES if plain else {})
    infos = buffer.glyph_infos
    starts = sorted({info.cluster for info in infos})
    ends = dict(zip(starts, [*starts[1:], len(piece)], strict=True))
    seen, glyphs = set(), []
    for info, position in zip(infos, buffer.glyph_positions, strict=True):
        first = info.cluster not in seen
        seen.add(info.cluster)
        glyphs.append(
            Glyph(
                info.codepoint,
                position.x_advance,
                position.x_offset,
                position.y_offset,
                start + info.cluster,
                piece[info.cluster : ends[info.cluster]] if first else '',
            )
        )
    return Run(font, piece, tuple(glyphs), start)


def _visual_order(runs):
    """Reverse pieces from the highest level down to the lowest odd one (UAX #9, L2)."""
    order = list(runs)
    levels = [level for level, _run in order]
    for level in range(max(levels, default=0), 0, -1):
        position = 0
        while position < len(order):
            end = position
            while end < len(order) and order[end][0] >= level:
                end += 1
            order[position:end] = reversed(order[position:end])
            position = max(end, position + 1)
    return [run for _level, run in order]

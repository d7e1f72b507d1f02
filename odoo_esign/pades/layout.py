"""Fits text into a box: shrinks it and breaks its lines, and never cuts any of it."""

from dataclasses import dataclass

from .direction import is_right_to_left, levels_of
from .text import Run, normalise_text, shape_line

LEADING = 1.2
"""Distance of two baselines in em."""

PADDING = 1.5
"""Space kept free at each side of the box, in points."""

_STEPS = 24


@dataclass(frozen=True)
class Line:
    """A line: its runs in the order of the eye, and its direction."""

    runs: tuple[Run, ...]
    right_to_left: bool

    @property
    def width(self) -> float:
        """Width in em."""
        return sum(run.width for run in self.runs)


@dataclass(frozen=True)
class Block:
    """Lines at one size (points) with the first baseline's distance from the top (points)."""

    lines: tuple[Line, ...]
    size: float
    ascent: float
    height: float


def fit(text: str, width: float, height: float, max_size: float, wrap: bool = True) -> Block:
    """Return the text at the largest size up to `max_size` at which it fits width × height points.

    The size has no lower limit: a text longer than its box prints small, but whole. `wrap=False`
    keeps every given line on one line. Raises UnprintableText.
    """
    inner_width = max(width - 2 * PADDING, 0.1)
    inner_height = max(height - 2, 0.1)
    paragraphs = [_Paragraph(line) for line in normalise_text(text).split('\n')]
    fonts = {run.font for paragraph in paragraphs for run in paragraph.runs}
    ascent = max((font.ascent for font in fonts), default=1.0)
    descent = max((font.descent for font in fonts), default=0.3)

    def fits(size):
        limit = inner_width / size if wrap else float('inf')
        count = sum(len(paragraph.breaks(limit)) for paragraph in paragraphs)
        widest = 0 if wrap else max(paragraph.width for paragraph in paragraphs)
        needed = (ascent + descent + LEADING * (count - 1)) * size
        return needed <= inner_height and widest * size <= inner_width

    size = _largest(fits, max_size)
    limit = inner_width / size if wrap else float('inf')
    lines = tuple(line for paragraph in paragraphs for line in paragraph.lines(limit))
    # Shaped anew, a line may come out wider than its share of the paragraph.
    size = min([size, *(inner_width / line.width for line in lines if line.width)])
    needed = (ascent + descent + LEADING * (len(lines) - 1)) * size
    return Block(lines, size, ascent * size, needed)


def fit_size(text: str, width: float, height: float, max_size: float = 10) -> float:
    """Return the size in points at which `text` would be printed in a box, to warn beforehand."""
    return fit(text, width, height, max_size).size


def _largest(fits, high):
    if fits(high):
        return high
    low = high
    while not fits(low) and low > 1e-4:
        high, low = low, low / 2
    for _step in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


class _Paragraph:
    """One given line of text, measured once; broken for any width without shaping again."""

    def __init__(self, text):
        self.text = text
        self.levels = levels_of(text)
        self.runs = shape_line(text, self.levels)
        advance = [0.0] * len(text)
        for run in self.runs:
            for glyph in run.glyphs:
                advance[glyph.cluster] += glyph.advance / run.font.units_per_em
        self._starts = {glyph.cluster for run in self.runs for glyph in run.glyphs}
        self._sums = [0.0]
        for value in advance:
            self._sums.append(self._sums[-1] + value)
        self.width = self._sums[-1]

    def breaks(self, limit):
        """Return the (start, end) of each line at most `limit` em wide; at least one."""
        lines, start, chance = [], 0, None
        for index, char in enumerate(self.text):
            if index > start and _breaks_before(char):
                chance = (index, index)
            if self._sums[index + 1] - self._sums[start] > limit and char != ' ':
                if chance is None and index > start and index in self._starts:
                    chance = (index, index)  # a word wider than the box
                if chance is not None:
                    lines.append((start, chance[0]))
                    start, chance = chance[1], None
            if char == ' ' and index > start:
                chance = (index, index + 1)
        return [*lines, (start, len(self.text))]

    def lines(self, limit):
        """Return the shaped lines."""
        right_to_left = is_right_to_left(self.text)
        for start, end in self.breaks(limit):
            runs = self.runs
            if (start, end) != (0, len(self.text)):
                while start < end and self.text[start] == ' ':
                    start += 1
                while end > start and self.text[end - 1] == ' ':
                    end -= 1
                runs = shape_line(self.text[start:end], self.levels[start:end])
            yield Line(tuple(runs), right_to_left)


def _breaks_before(char):
    """Whether a line may break before this character without a space (Chinese, Japanese)."""
    return '\u2e80' <= char <= '\u9fff' or '\uf900' <= char <= '\ufaff'

"""Appearances of form fields (ISO 32000-1, 12.5.5): text, images, check marks and stamps.

All are drawn upright for the reader: on a rotated page the drawing is turned by its matrix.
"""

from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from .embed import FontPool, stream
from .errors import ImageRefused, UnprintableText
from .fonts import default_font, set_default_font
from .images import image_object, prepare_image
from .layout import Block, fit, fit_size
from .text import check_text, normalise_text

__all__ = [
    'Frame',
    'ImageRefused',
    'Painter',
    'Stamp',
    'UnprintableText',
    'check_text',
    'default_font',
    'fit_size',
    'mark_appearances',
    'normalise_text',
    'prepare_image',
    'set_default_font',
]

TEXT_SIZE = 10
MULTILINE_SIZE = 10
STAMP_SIZE = 8
"""Largest sizes of text in points: in a field, in a field of several lines, in a stamp."""

WIDE = 2.5
"""From this ratio of width to height on, a stamp's text stands beside its image, not below."""

# Column-wise matrices that turn content counter-clockwise by what the page is turned clockwise.
_TURN = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@dataclass(frozen=True)
class Stamp:
    """A visible signature: an image (a PNG, best from prepare_image) and small lines of text."""

    image_png: bytes | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The space an appearance fills, as the reader sees it: points, after the page's rotation."""

    width: float
    height: float
    rotation: int = 0

    @classmethod
    def of(cls, box, rotation: int) -> 'Frame':
        """Make the frame of a box (left, bottom, right, top) in the page's user space."""
        width, height = abs(float(box[2]) - float(box[0])), abs(float(box[3]) - float(box[1]))
        rotation = int(rotation) % 360
        if rotation in (90, 270):
            width, height = height, width
        return cls(width, height, rotation if rotation in _TURN else 0)

    def form(self, content: bytes, resources=None) -> generic.StreamObject:
        """Return the form XObject that draws `content`, turned upright."""
        a, b, c, d = _TURN[self.rotation]
        x = -min(0, a * self.width) - min(0, c * self.height)
        y = -min(0, b * self.width) - min(0, d * self.height)
        form = stream(content, Type='/XObject', Subtype='/Form')
        form[pdf_name('/BBox')] = _numbers(0, 0, self.width, self.height)
        if self.rotation:
            form[pdf_name('/Matrix')] = _numbers(a, b, c, d, x, y)
        form[pdf_name('/Resources')] = resources or generic.DictionaryObject()
        return form


class Painter:
    """Draws the appearances of one revision into a writer; call `finish` at the end."""

    def __init__(self, writer):
        self._writer = writer
        self._pool = FontPool(writer)
        self._images = {}

    def text(self, frame: Frame, text: str, *, multiline: bool = False, align: str = 'start'):
        """Draw a field's text, whole and as large as it fits; return the reference."""
        block = fit(text, frame.width, frame.height, MULTILINE_SIZE if multiline else TEXT_SIZE)
        top = frame.height - 1 if multiline else (frame.height + block.height) / 2
        operators, names = self._pool.block(block, 0, top, frame.width, align)
        return self._add(frame, b'/Tx BMC q 0 g\n' + operators + b'\nQ EMC', names, {})

    def image(self, frame: Frame, png: bytes):
        """Draw an image as large as it fits, in the middle; return the reference."""
        images = {}
        content = self._place(png, (0, 0, frame.width, frame.height), images)
        return self._add(frame, content, set(), images)

    def stamp(self, frame: Frame, stamp: Stamp):
        """Draw a visible signature; return the reference."""
        images, names, parts = {}, set(), []
        lines = '\n'.join(line for line in stamp.lines if line.strip())
        image_box, text_box = _divide(frame, bool(stamp.image_png), bool(lines))
        if stamp.image_png:
            parts.append(self._place(stamp.image_png, image_box, images))
        if lines:
            left, bottom, width, height = text_box
            block = _stamp_text(lines, width, height)
            top = bottom + (height + block.height) / 2
            operators, names = self._pool.block(block, left, top, width, 'start')
            parts.append(b'q 0 g\n' + operators + b'\nQ')
        return self._add(frame, b'\n'.join(parts), names, images)

    def finish(self):
        """Embed the fonts used."""
        self._pool.finish()

    def _place(self, png, box, images):
        left, bottom, width, height = box
        if png not in self._images:
            image, columns, rows = image_object(png)
            self._images[png] = self._writer.add_object(image), columns, rows
        reference, columns, rows = self._images[png]
        scale = min(width / columns, height / rows)
        x, y = left + (width - columns * scale) / 2, bottom + (height - rows * scale) / 2
        images['/Im0'] = reference
        return b'q %.4f 0 0 %.4f %.4f %.4f cm /Im0 Do Q' % (columns * scale, rows * scale, x, y)

    def _add(self, frame, content, names, images):
        resources = generic.DictionaryObject()
        if names:
            resources[pdf_name('/Font')] = self._pool.resources(names)
        if images:
            resources[pdf_name('/XObject')] = generic.DictionaryObject(
                {pdf_name(name): reference for name, reference in images.items()}
            )
        return self._writer.add_object(frame.form(content, resources))


def _divide(frame, has_image, has_lines):
    """Return the boxes (left, bottom, width, height) of a stamp's image and text."""
    whole = (0, 0, frame.width, frame.height)
    if not (has_image and has_lines):
        return whole, whole
    if frame.width >= WIDE * frame.height:
        left = frame.width * 0.5
        return (0, 0, left, frame.height), (left, 0, frame.width - left, frame.height)
    bottom = frame.height * 0.38
    return (0, bottom, frame.width, frame.height - bottom), (0, 0, frame.width, bottom)


def _stamp_text(lines, width, height) -> Block:
    """Keep the given lines whole if that costs little size, else break them."""
    straight = fit(lines, width, height, STAMP_SIZE, wrap=False)
    broken = fit(lines, width, height, STAMP_SIZE)
    return straight if straight.size >= 0.75 * broken.size else broken


def mark_appearances(writer, frame: Frame, kind: str) -> generic.DictionaryObject:
    """Return the two states (/Yes, /Off) of a checkbox, radio or strikethrough field."""
    width, height = frame.width, frame.height
    size = min(width, height)
    x, y = (width - size) / 2, (height - size) / 2
    if kind == 'strikethrough':
        outline, mark = b'', b'1 w 0 %.3f m %.3f %.3f l S' % (height / 2, width, height / 2)
    elif kind == 'radio':
        middle = (width / 2, height / 2)
        outline = b'0.8 w ' + _circle(*middle, size * 0.45) + b' S'
        mark = _circle(*middle, size * 0.25) + b' f'
    else:
        inner = size * 0.9
        outline = b'0.8 w %.3f %.3f %.3f %.3f re S' % (
            x + size * 0.05,
            y + size * 0.05,
            inner,
            inner,
        )
        points = (0.22, 0.52, 0.42, 0.28, 0.8, 0.76)
        ends = [(x if i % 2 == 0 else y) + value * size for i, value in enumerate(points)]
        mark = b'%.3f w 1 J 1 j ' % (size * 0.11) + b'%.3f %.3f m %.3f %.3f l %.3f %.3f l S' % (
            tuple(ends)
        )
    states = {
        '/Yes': b'q 0 G 0 g ' + outline + b' ' + mark + b' Q',
        '/Off': b'q ' + outline + b' Q',
    }
    return generic.DictionaryObject(
        {
            pdf_name(state): writer.add_object(frame.form(content))
            for state, content in states.items()
        }
    )


def _circle(x, y, radius):
    bend = radius * 0.5523
    start = b'%.3f %.3f m' % (x + radius, y)
    quarters = (
        (x + radius, y + bend, x + bend, y + radius, x, y + radius),
        (x - bend, y + radius, x - radius, y + bend, x - radius, y),
        (x - radius, y - bend, x - bend, y - radius, x, y - radius),
        (x + bend, y - radius, x + radius, y - bend, x + radius, y),
    )
    return b' '.join([start, *(b'%.3f %.3f %.3f %.3f %.3f %.3f c' % q for q in quarters)])


def _numbers(*values):
    return generic.ArrayObject(
        generic.FloatObject(f'{value:.4f}'.rstrip('0').rstrip('.') or '0') for value in values
    )

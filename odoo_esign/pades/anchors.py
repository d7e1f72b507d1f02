"""Finds places in a PDF's text and tells its pages' sizes, with PDFium."""

import re
from dataclasses import dataclass

import pypdfium2.raw as pdfium_c

from .appending import append_pages
from .pdfium import opened

__all__ = ['Anchor', 'PageBox', 'append_pages', 'find_anchors', 'has_text', 'page_boxes']

@dataclass(frozen=True)
class Anchor:
    """A piece of text and its box, in points of the unrotated page (PDF user space)."""

    text: str
    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class PageBox:
    """What a reader shows of a page (crop box within media box), in user space points.

    `rotation` is how far a reader turns the page clockwise: 0, 90, 180 or 270.
    """

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def width(self) -> float:
        """Width before rotation."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height before rotation."""
        return self.top - self.bottom


def find_anchors(pdf: bytes, pattern: str | re.Pattern) -> list[Anchor]:
    """Return where the text of the pages matches, in reading order.

    White space is removed from the text before matching, because line breaks and kerning split
    text at will: `pattern` (a regular expression; flags with re.compile) must not ask for any.
    """
    pattern = re.compile(pattern)
    found = []
    with opened(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            try:
                found.extend(_on_page(text_page, number, pattern))
            finally:
                text_page.close()
                page.close()
    return found


def _on_page(text_page, number, pattern):
    # The quick look: most pages have no anchor, and asking for single characters is slow.
    if not pattern.search(''.join(text_page.get_text_range().split())):
        return
    characters, indexes = _characters(text_page)
    for match in pattern.finditer(characters):
        if match.end() == match.start():
            continue
        boxes = [text_page.get_charbox(index) for index in indexes[match.start() : match.end()]]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        yield Anchor(match[0], number, min(lefts), min(bottoms), max(rights), max(tops))


def _characters(text_page):
    """Return the text without white space, and each character's number on the page."""
    characters, indexes, high = [], [], None
    for index in range(text_page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            if high is None:
                continue
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = None
        char = chr(code)
        if code and not char.isspace():
            characters.append(char)
            indexes.append(index)
    return ''.join(characters), indexes


def page_boxes(pdf: bytes) -> list[PageBox]:
    """Return what a reader shows of each page."""
    boxes = []
    with opened(pdf) as document:
        for page in document:
            media, crop = _upright(page.get_mediabox()), _upright(page.get_cropbox())
            left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
            right, top = min(media[2], crop[2]), min(media[3], crop[3])
            if left >= right or bottom >= top:
                left, bottom, right, top = media
            boxes.append(PageBox(left, bottom, right, top, page.get_rotation() % 360))
            page.close()
    return boxes


def _upright(box):
    left, bottom, right, top = box
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def has_text(pdf: bytes) -> bool:
    """Return whether any page has text that can be searched (a scan without OCR has none)."""
    with opened(pdf) as document:
        for page in document:
            text_page = page.get_textpage()
            try:
                if text_page.get_text_range().strip():
                    return True
            finally:
                text_page.close()
                page.close()
    return False

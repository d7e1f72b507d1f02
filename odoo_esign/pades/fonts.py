"""Fonts: the default one, and for characters it lacks what fontconfig says the server has.

Opened fonts and the list of the server's fonts are kept per process.
"""

import bisect
import functools
import logging
import struct
import subprocess

import uharfbuzz as hb

_logger = logging.getLogger(__name__)

FC_LIST_SECONDS = 10
_FC_FORMAT = '%{file}|%{index}|%{weight}|%{slant}|%{width}|%{spacing}|%{family}|%{charset}\n'
_REGULAR, _NORMAL_WIDTH, _UPRIGHT = 80, 100, 0  # fontconfig's FC_WEIGHT, FC_WIDTH, FC_SLANT

_default_path: str | None = None


class Font:
    """An opened font file with TrueType or CFF outlines. Compared by identity; see `load`."""

    def __init__(self, path: str, index: int = 0):
        self.path, self.index = path, index
        self.face = hb.Face(hb.Blob.from_file_path(path), index)
        self.hb = hb.Font(self.face)
        self.units_per_em = self.face.upem
        self.coverage = frozenset(self.face.unicodes)
        tables = set(self.face.table_tags)
        self.is_cff = 'CFF ' in tables
        self.has_outlines = self.is_cff or 'glyf' in tables
        extents = self.hb.get_font_extents('ltr')
        self.ascent = extents.ascender / self.units_per_em
        self.descent = -extents.descender / self.units_per_em

    @property
    def is_embeddable(self) -> bool:
        """Whether the licence bits allow embedding (OS/2 fsType: 2 is 'restricted')."""
        table = self.face.reference_table('OS/2').data
        return not (len(table) >= 10 and struct.unpack('>H', table[8:10])[0] & 0xF == 2)

    def covers(self, text: str) -> bool:
        """Whether the font has a glyph for every character of `text`."""
        return all(ord(char) in self.coverage for char in text)


@functools.lru_cache(maxsize=32)
def load(path: str, index: int = 0) -> Font:
    """Open a font file once per process."""
    return Font(path, index)


def set_default_font(path: str | None):
    """Set the font used wherever it has the characters; None: the server's best match."""
    global _default_path
    _default_path = str(path) if path is not None else None


def default_font() -> Font | None:
    """Return the default font, or None if none is set and the server has no font at all."""
    if _default_path:
        return load(_default_path)
    return _server_font('Aa')


def font_for(cluster: str) -> Font | None:
    """Return a font for a character with its combining marks, or None if there is none."""
    font = default_font()
    if font is not None and font.covers(cluster):
        return font
    return _server_font(cluster)


@functools.lru_cache(maxsize=4096)
def _server_font(cluster):
    for candidate in _server_fonts():
        if not candidate.covers(cluster):
            continue
        try:
            font = load(candidate.path, candidate.index)
        except Exception:  # a damaged font file is no reason to refuse the text
            _logger.info('cannot open the font %s', candidate.path, exc_info=True)
            continue
        if font.has_outlines and font.is_embeddable and font.covers(cluster):
            return font
    return None


class _Candidate:
    """A font file known from fontconfig's list, not opened yet."""

    def __init__(self, line):
        path, index, weight, slant, width, spacing, family, charset = line.split('|', 7)
        # The upper half of the index names an instance of a variable font; the file's default
        # outlines are used instead.
        self.path, self.index = path, int(index or 0) & 0xFFFF
        self._charset = charset
        self.rank = (
            'Sans' not in family,
            abs(_number(weight, _REGULAR) - _REGULAR),
            abs(_number(slant, _UPRIGHT)),
            abs(_number(width, _NORMAL_WIDTH) - _NORMAL_WIDTH),
            _number(spacing, 0),
            path,
        )

    def covers(self, text):
        starts, ends = self._ranges
        for char in text:
            position = bisect.bisect_right(starts, ord(char)) - 1
            if position < 0 or ends[position] < ord(char):
                return False
        return True

    @functools.cached_property
    def _ranges(self):
        pairs = [part.split('-') for part in self._charset.split()]
        return [int(pair[0], 16) for pair in pairs], [int(pair[-1], 16) for pair in pairs]


def _number(text, default):
    text = text.strip('[]').split()[0] if text.strip('[]') else ''
    try:
        return float(text)
    except ValueError:
        return default


@functools.lru_cache(maxsize=1)
def _server_fonts():
    """List the server's fonts with outlines, best first: regular, upright, sans serif."""
    command = ['fc-list', '--format', _FC_FORMAT, ':outline=true']
    try:
        run = subprocess.run(command, capture_output=True, timeout=FC_LIST_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        _logger.warning('fontconfig (fc-list) is missing: only the default font can print')
        return []
    candidates = []
    for line in run.stdout.decode('utf-8', 'replace').splitlines():
        try:
            candidates.append(_Candidate(line))
        except ValueError:
            _logger.info('cannot read this line of fc-list: %.80s', line)
    return sorted(candidates, key=lambda candidate: candidate.rank)

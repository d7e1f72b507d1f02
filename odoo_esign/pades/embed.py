"""Puts fonts into a PDF: one subset per font and revision, with exactly the glyphs used in it.

Glyph numbers are kept, so that content can be written before the subset is made, and widths are
scaled to the 1000 units that PDF prescribes (ISO 32000-1, 9.2.4), whatever the font's own.
A subset of 50 glyphs takes 1 to 2 ms and 5 to 15 kB. Embedding once for all signers at the freeze
would cost every document 85 kB and would not serve scripts nobody expected.
"""

import functools
import io
import re
import secrets
import string
import zlib

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from .fonts import Font
from .layout import LEADING, PADDING, Block
from .text import Run

# What a viewer needs of a TrueType font program (ISO 32000-1, 9.9).
_TABLES = frozenset(('glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'CFF ', 'OS/2', 'post'))
_FLAGS = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
_SYMBOLIC = 4
_TOUNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{ranges}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


class FontPool:
    """The fonts of one revision. Write text with `block`, then call `finish` once."""

    def __init__(self, writer):
        self._writer = writer
        self._used: dict[Font, _Used] = {}

    def run(self, run: Run, size: float) -> tuple[bytes, str]:
        """Return the operators that show a run at the current point, and its font's name.

        The text itself goes along as ActualText (ISO 32000-1, 14.9.4), for copying and searching.
        """
        used = self._used.get(run.font)
        if used is None:
            used = self._used[run.font] = _Used(run.font, len(self._used), self._writer)
        for glyph in run.glyphs:
            used.add(glyph)
        actual = run.text.encode('utf-16-be').hex().upper()
        head = f'/Span <</ActualText <FEFF{actual}>>> BDC /{used.name} {size:.4f} Tf '
        return head.encode() + _show(run, size, used) + b' EMC', used.name

    def resources(self, names) -> generic.DictionaryObject:
        """Return the /Font resources for the given names."""
        references = {used.name: used.reference for used in self._used.values()}
        return generic.DictionaryObject(
            {pdf_name('/' + name): references[name] for name in sorted(names)}
        )

    def block(self, block: Block, left: float, top: float, width: float, align: str):
        """Return the operators that print a block of lines and the names of the fonts used.

        `left`, `top` and `width` are points in the appearance; align is start, center or end,
        where 'start' is the right for lines written from right to left.
        """
        parts, names = [b'BT'], set()
        baseline = top - block.ascent
        for line in block.lines:
            free = width - 2 * PADDING - line.width * block.size
            at_end = (align == 'end') != (line.right_to_left and align != 'center')
            shift = free / 2 if align == 'center' else free if at_end else 0
            parts.append(b'1 0 0 1 %.3f %.3f Tm' % (left + PADDING + shift, baseline))
            for run in line.runs:
                operators, name = self.run(run, block.size)
                parts.append(operators)
                names.add(name)
            baseline -= LEADING * block.size
        return b'\n'.join([*parts, b'ET']), names

    def finish(self):
        """Embed the subsets of all fonts used."""
        for used in self._used.values():
            used.embed(self._writer)


class _Used:
    """A font as used in one revision: its name, its glyphs, what they stand for."""

    def __init__(self, font, number, writer):
        self.font = font
        self.name = f'F{number}'
        self.reference = writer.allocate_placeholder()
        self.cids = _cids(font)
        self._texts: dict[int, str] = {0: ''}

    def add(self, glyph):
        if glyph.text and not self._texts.get(glyph.id):
            self._texts[glyph.id] = glyph.text
        self._texts.setdefault(glyph.id, '')

    def width(self, glyph_id):
        return self.font.hb.get_glyph_h_advance(glyph_id) * 1000 / self.font.units_per_em

    def embed(self, writer):
        base = ''.join(secrets.choice(string.ascii_uppercase) for _ in range(6))
        stem = re.sub(r'[^A-Za-z0-9]', '', self.font.path.rsplit('/', 1)[-1].rsplit('.', 1)[0])
        name = pdf_name(f'/{base}+{stem or "Font"}')
        descriptor = writer.add_object(self._descriptor(writer, name))
        widths = generic.ArrayObject()
        for glyph_id in sorted(self._texts, key=self.cids):
            widths.append(generic.NumberObject(self.cids(glyph_id)))
            width = generic.FloatObject(f'{self.width(glyph_id):.3f}')
            widths.append(generic.ArrayObject([width]))
        descendant = _dictionary(
            Type='/Font',
            Subtype='/CIDFontType0' if self.font.is_cff else '/CIDFontType2',
            BaseFont=name,
            CIDSystemInfo=generic.DictionaryObject(
                {
                    pdf_name('/Registry'): generic.pdf_string('Adobe'),
                    pdf_name('/Ordering'): generic.pdf_string('Identity'),
                    pdf_name('/Supplement'): generic.NumberObject(0),
                }
            ),
            FontDescriptor=descriptor,
            DW=generic.NumberObject(0),
            W=widths,
        )
        if not self.font.is_cff:
            descendant[pdf_name('/CIDToGIDMap')] = pdf_name('/Identity')
        font = _dictionary(
            Type='/Font',
            Subtype='/Type0',
            BaseFont=name,
            Encoding='/Identity-H',
            DescendantFonts=generic.ArrayObject([writer.add_object(descendant)]),
            ToUnicode=writer.add_object(stream(self._to_unicode())),
        )
        writer.add_object(font, idnum=self.reference.idnum)

    def _descriptor(self, writer, name):
        scale = 1000 / self.font.units_per_em
        program = _subset(self.font, self._texts)
        if self.font.is_cff:
            key = 'FontFile3'
            content = stream(program, Subtype='/CIDFontType0C')
        else:
            key = 'FontFile2'
            content = stream(program, Length1=generic.NumberObject(len(program)))
        ascent, descent = round(self.font.ascent * 1000), -round(self.font.descent * 1000)
        return _dictionary(
            Type='/FontDescriptor',
            FontName=name,
            Flags=generic.NumberObject(_SYMBOLIC),
            FontBBox=generic.ArrayObject(
                map(generic.NumberObject, (-round(1000 * scale), descent, 3000, ascent))
            ),
            ItalicAngle=generic.NumberObject(0),
            Ascent=generic.NumberObject(ascent),
            Descent=generic.NumberObject(descent),
            CapHeight=generic.NumberObject(round(ascent * 0.7)),
            StemV=generic.NumberObject(80),
            **{key: writer.add_object(content)},
        )

    def _to_unicode(self):
        entries = [
            f'<{self.cids(glyph_id):04X}> <{text.encode("utf-16-be").hex().upper()}>'
            for glyph_id, text in sorted(self._texts.items())
            if text and glyph_id
        ]
        blocks = [entries[i : i + 100] for i in range(0, len(entries), 100)]
        ranges = '\n'.join(
            '\n'.join([f'{len(block)} beginbfchar', *block, 'endbfchar']) for block in blocks
        )
        return _TOUNICODE.format(ranges=ranges).encode()


def stream(data: bytes, **entries) -> generic.StreamObject:
    """Return a compressed PDF stream; values that are text become names."""
    content = _dictionary(Filter='/FlateDecode', **entries)
    return generic.StreamObject(content, encoded_data=zlib.compress(data))


def _dictionary(**entries):
    return generic.DictionaryObject(
        {
            pdf_name('/' + key): pdf_name(value) if type(value) is str else value
            for key, value in entries.items()
        }
    )


def _show(run, size, used):
    """Write glyphs with TJ, moving by what HarfBuzz placed them off their plain widths."""
    scale = 1000 / run.font.units_per_em
    parts, rise, pen, drawn = [], 0, 0.0, 0.0
    segment = []

    def flush():
        if segment:
            parts.append(f'[{"".join(segment)}] TJ')
            segment.clear()

    for glyph in run.glyphs:
        if glyph.y != rise:
            flush()
            rise = glyph.y
            parts.append(f'{rise * scale * size / 1000:.4f} Ts')
        back = drawn - (pen + glyph.x * scale)
        if abs(back) > 0.01:
            segment.append(f'{back:.2f}')
            drawn -= back
        segment.append(f'<{used.cids(glyph.id):04X}>')
        drawn += used.width(glyph.id)
        pen += glyph.advance * scale
    if abs(drawn - pen) > 0.01:
        segment.append(f'{drawn - pen:.2f}')
    flush()
    if rise:
        parts.append('0 Ts')
    return ' '.join(parts).encode()


def _subset(font, glyph_ids):
    options = hb.SubsetInput()
    options.flags = _FLAGS
    options.sets(hb.SubsetInputSets.GLYPH_INDEX).set(set(glyph_ids))
    unwanted = set(font.face.table_tags) - _TABLES
    options.sets(hb.SubsetInputSets.DROP_TABLE_TAG).set(
        {int.from_bytes(tag.encode('latin-1'), 'big') for tag in unwanted}
    )
    face = hb.subset(font.face, options)
    return face.reference_table('CFF ').data if font.is_cff else face.blob.data


@functools.lru_cache(maxsize=32)
def _cids(font):
    """Return the function from glyph number to the CID under which a viewer finds the glyph.

    They are the same except in CID-keyed CFF fonts, which number glyphs their own way
    (ISO 32000-1, 9.7.4.2).
    """
    if font.is_cff:
        with open(font.path, 'rb') as file:
            opened = TTFont(io.BytesIO(file.read()), fontNumber=font.index, lazy=True)
        top = opened['CFF '].cff[0]
        if hasattr(top, 'ROS'):
            numbers = [int(name[3:]) if name.startswith('cid') else 0 for name in top.charset]
            return numbers.__getitem__
    return int

"""Manipulations of a file's skeleton: cross-references, catalog, page tree, fonts, widgets."""

import re
import zlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from revisions import field, update
from scene import box, stream
from tricks import AMBER, trick
from tricks_bytes import evil_page, shown, xref
from tricks_content import appearance, page, shown_text

# ------------------------------------------------------------------ cross-references


def with_streams(pdf, objects, packed, previous=None):
    """Append objects, and others packed into an object stream, by a cross-reference stream."""
    trailer = pdf[pdf.rindex(b'trailer') :]
    size = int(re.search(rb'/Size (\d+)', trailer)[1])
    root, info = (re.search(rb'/%s (\d+) 0 R' % key, trailer)[1] for key in (b'Root', b'Info'))
    place = previous or int(re.findall(rb'startxref\s+(\d+)', pdf)[-1])
    out, rows = bytearray(pdf), {}
    for number, body in objects.items():
        rows[number] = (1, len(out), 0)
        out += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    holder, table = size, size + 1
    index, bodies = [], b''
    for order, (number, body) in enumerate(packed.items()):
        index.append(b'%d %d' % (number, len(bodies)))
        bodies += body + b'\n'
        rows[number] = (2, holder, order)
    head = b' '.join(index) + b'\n'
    data = zlib.compress(head + bodies)
    rows[holder] = (1, len(out), 0)
    out += b'%d 0 obj\n<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\n' % (
        holder, len(packed), len(head), len(data),
    )  # fmt: skip
    out += b'stream\n' + data + b'\nendstream\nendobj\n'
    start = len(out)
    rows[table] = (1, start, 0)
    numbers = sorted(rows)
    lines = b''.join(
        bytes([kind]) + place_.to_bytes(4, 'big') + more.to_bytes(2, 'big')
        for kind, place_, more in (rows[number] for number in numbers)
    )
    sections = b' '.join(b'%d 1' % number for number in numbers)
    out += (
        b'%d 0 obj\n<< /Type /XRef /Size %d /Root %s 0 R /Info %s 0 R /Prev %d /W [1 4 2] '
        b'/Index [%s] /Length %d >>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n'
    ) % (table, table + 1, root, info, place, sections, len(lines), lines, start)
    return bytes(out)


def raw(it, number):
    """Return the bytes of the newest object with this number, without its frame."""
    found = re.findall(rb'[\r\n]%d 0 obj\s*(.*?)\s*endobj' % number, it.pdf, re.S)
    return found[-1]


def number_of(it, get):
    numbers = []
    update(it.pdf, lambda writer: numbers.append(get(writer).container_ref.idnum))
    return numbers[0]


@trick()
def page_overridden_from_an_object_stream(it):
    """The page lies compressed in a stream, where scanners of bytes don't see it."""
    number = number_of(it, page)
    new = 900
    text = b'<< /Length %d >>\nstream\n%s\nendstream' % (len(shown_text()), shown_text())
    body = re.sub(rb'/Contents \d+ 0 R', b'/Contents %d 0 R' % new, raw(it, number))
    assert body != raw(it, number)
    return with_streams(it.pdf, {new: text}, {number: body})


@trick()
def hybrid_table_with_a_page_of_its_own(it):
    """A table that old readers follow, and a stream beside it that new ones prefer."""
    number = number_of(it, page)
    body = re.sub(rb'/Contents \d+ 0 R', b'/Contents 900 0 R', raw(it, number))
    text = b'<< /Length %d >>\nstream\n%s\nendstream' % (len(shown_text()), shown_text())
    longer = with_streams(it.pdf, {900: text}, {number: body})
    at = int(re.findall(rb'startxref\s+(\d+)', longer)[-1])
    longer = longer[: longer.rindex(b'startxref')]
    place = int(re.findall(rb'startxref\s+(\d+)', it.pdf)[-1])
    table = xref(it.pdf, {}, b'/XRefStm %d' % at)
    table = re.sub(rb'/Prev \d+', b'/Prev %d' % place, table)
    return longer + re.sub(rb'startxref\n\d+', b'startxref\n%d' % len(longer), table)


@trick()
def tables_in_a_circle(it):
    """/Prev leads to the table itself: readers that follow it never end."""
    table = xref(it.pdf, {})
    return it.pdf + re.sub(rb'/Prev \d+', b'/Prev %d' % len(it.pdf), table)


@trick()
def object_of_a_second_generation(it):
    """The page's content again, with the generation 1: it must not pass for the same object."""
    number = shown(it)
    out = it.pdf + evil_page(it).replace(b'%d 0 obj' % number, b'%d 1 obj' % number)
    table = xref(out, {number: len(it.pdf)}).replace(b' 00000 n ', b' 00001 n ')
    place = int(re.findall(rb'startxref\s+(\d+)', it.pdf)[-1])
    return out + re.sub(rb'/Prev \d+', b'/Prev %d' % place, table)


def appended(it, number, body):
    """Override one object by its bytes alone."""
    out = it.pdf + b'%d 0 obj\n%s\nendobj\n' % (number, body)
    return out + xref(out, {number: len(it.pdf)})


@trick()
def two_byte_ranges_in_one_signature(it):
    """Which of two entries of the same name counts, each reader decides by itself."""
    number = number_of(it, lambda writer: field(writer, 'sign1')['/V'])
    body = raw(it, number)
    assert b'/ByteRange' in body
    return appended(it, number, body.replace(b'/ByteRange', b'/ByteRange [0 1 2 3]\n/ByteRange', 1))


@trick()
def two_contents_in_one_page(it):
    number = number_of(it, page)
    body = raw(it, number).replace(b'/Contents', b'/Contents 900 0 R\n/Contents', 1)
    return appended(it, number, body)


@trick()
def page_with_an_escaped_name(it):
    """/Con#74ents is /Contents, for readers; not for programs that look for the text."""
    number = number_of(it, page)
    body = re.sub(rb'/Contents \d+ 0 R', b'/Con#74ents 6 0 R', raw(it, number))
    return appended(it, number, body)


@trick()
def stream_longer_than_the_file(it):
    number = shown(it)
    body = re.sub(rb'/Length \d+', b'/Length 99999999999', raw(it, number))
    return appended(it, number, body)


@trick()
def another_catalog(it):
    """The trailer leads to a second catalog, whose page tree is another one."""

    def change(writer):
        root = generic.DictionaryObject(writer.root)
        pages = generic.DictionaryObject(writer.root['/Pages'])
        kids = generic.ArrayObject(reversed(pages['/Kids']))
        pages[pdf_name('/Kids')] = kids
        root[pdf_name('/Pages')] = writer.add_object(pages)
        writer._root_object = root
        writer._root = writer.add_object(root)

    return update(it.pdf, change)


# ------------------------------------------------------------------ catalog


def catalogued(name, entry, variant):
    def make(it):
        def change(writer):
            writer.root[pdf_name(f'/{name}')] = entry(writer)
            writer.update_root()

        return update(it.pdf, change)

    make.__name__ = f'catalog_with_{name}'
    trick(variant=variant)(make)


def dictionary(**entries):
    return generic.DictionaryObject({pdf_name(f'/{key}'): one for key, one in entries.items()})


def tree(writer):
    """A page tree of its own with the same pages, the first one twice."""
    pages = generic.DictionaryObject(writer.root['/Pages'])
    first = pages['/Kids'].raw_get(0)
    pages[pdf_name('/Kids')] = generic.ArrayObject([first, first])
    return writer.add_object(pages)


for _name, _entry in {
    'Pages': tree,
    'Collection': lambda _w: dictionary(View=pdf_name('/T')),
    'AA': lambda _w: dictionary(
        WP=dictionary(S=pdf_name('/JavaScript'), JS=generic.TextStringObject('x'))
    ),
    'PageLabels': lambda _w: dictionary(
        Nums=generic.ArrayObject(
            [generic.NumberObject(0), dictionary(P=generic.TextStringObject('Annex '))]
        )
    ),
    'ViewerPreferences': lambda _w: dictionary(PrintPageRange=generic.ArrayObject([])),
    'URI': lambda _w: dictionary(Base=generic.TextStringObject('https://evil.example/')),
    'Requirements': lambda _w: generic.ArrayObject([dictionary(S=pdf_name('/EnableJavaScripts'))]),
    'Legal': lambda _w: dictionary(Attestation=generic.TextStringObject('All is well')),
}.items():
    catalogued(_name, _entry, variant=_name not in ('Pages', 'AA', 'URI'))


# ------------------------------------------------------------------ what is drawn with


def value_font(writer):
    """Return the font that a signer's value is printed with, and its inner one."""
    shared = field(writer, 's1_name')['/AP']['/N']['/Resources']['/Font']
    font = shared[next(iter(shared))]
    return font, font['/DescendantFonts'][0]


@trick()
def glyphs_of_the_embedded_font_swapped(it):
    """Other shapes under the same codes: the page reads otherwise, no page object changed."""

    def change(writer):
        descriptor = value_font(writer)[1]['/FontDescriptor']
        key = next(key for key in descriptor if key.startswith('/FontFile'))
        descriptor[key] = writer.add_object(stream(b'another font'))
        writer.update_container(descriptor)

    return update(it.pdf, change)


@trick()
def bytes_of_the_embedded_font_overwritten(it):
    def change(writer):
        descriptor = value_font(writer)[1]['/FontDescriptor']
        file = descriptor[next(key for key in descriptor if key.startswith('/FontFile'))]
        file._data = file._encoded_data = b'another font'
        file.pop('/Filter', None)
        writer.update_container(file)

    return update(it.pdf, change)


@trick()
def letters_of_the_page_s_font_exchanged(it):
    def change(writer):
        font = page(writer)['/Resources']['/Font']['/F1']
        swap = generic.ArrayObject([generic.NumberObject(48), pdf_name('/nine')])
        font[pdf_name('/Encoding')] = dictionary(Type=pdf_name('/Encoding'), Differences=swap)
        writer.update_container(font)

    return update(it.pdf, change)


# No field is drawn anew from it: all have their appearance.
@trick(AMBER)
def form_s_own_resources_changed(it):
    def change(writer):
        form = writer.root['/AcroForm']
        form[pdf_name('/DR')] = dictionary(Font=dictionary())
        form[pdf_name('/DA')] = generic.TextStringObject('/Helv 0 Tf 1 g')
        writer.update_container(form)

    return update(it.pdf, change)


# ------------------------------------------------------------------ signatures' widgets


def widget(name, change, variant=False):
    def make(it):
        def override(writer):
            target = field(writer, 'sign1')
            change(writer, target)
            writer.update_container(target)

        return update(it.pdf, override)

    make.__name__ = f'widget_of_a_signature_{name}'
    trick(variant=variant)(make)


widget('hidden', lambda _w, one: one.update({pdf_name('/F'): generic.NumberObject(2)}))
widget(
    'resized', lambda _w, one: one.update({pdf_name('/Rect'): box(0, 0, 595, 842)}), variant=True
)
widget('emptied', lambda _w, one: one.pop('/AP'), variant=True)
widget('renamed', lambda _w, one: one.update({pdf_name('/T'): generic.TextStringObject('sign9')}))
widget(
    'of_another_kind', lambda _w, one: one.update({pdf_name('/FT'): pdf_name('/Tx')}), variant=True
)
widget('dressed_anew', lambda w, one: one['/AP'].update(
    {pdf_name('/N'): w.add_object(appearance(b'1 1 1 rg 0 0 400 40 re f', 400, 40))}
))  # fmt: skip


@trick()
def signatures_exchanged(it):
    """Two fields hold each other's signature: both are sound, and stand under the other's name."""

    def change(writer):
        one, other = field(writer, 'sign1'), field(writer, 'sign2')
        first, second = one.raw_get('/V'), other.raw_get('/V')
        one[pdf_name('/V')], other[pdf_name('/V')] = second, first
        writer.update_container(one)
        writer.update_container(other)

    return update(it.pdf, change)


@trick()
def company_s_invisible_seal_made_a_cover(it):
    def change(writer):
        target = field(writer, 'company')
        target[pdf_name('/Rect')] = box(70, 690, 470, 730)
        painted = appearance(b'1 1 1 rg 0 0 400 40 re f', 400, 40)
        target[pdf_name('/AP')] = generic.DictionaryObject({'/N': writer.add_object(painted)})
        writer.update_container(target)

    return update(it.pdf, change)


@trick()
def notes_in_another_order(it):
    """What is drawn last covers what is drawn before."""

    def change(writer):
        target = page(writer)
        target[pdf_name('/Annots')] = generic.ArrayObject(reversed(target['/Annots']))
        writer.update_container(target)

    return update(it.pdf, change)


# ------------------------------------------------------------------ long-term data


@trick(AMBER)
def security_store_filled_with_nonsense(it):
    def change(writer):
        store = writer.root['/DSS']
        for key in ('/Certs', '/OCSPs'):
            store[key].append(writer.add_object(stream(b'\x30\x84\xff\xff\xff\xff' + b'\0' * 99)))
        writer.update_container(store)

    return update(it.pdf, change)

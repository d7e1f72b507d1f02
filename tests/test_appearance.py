"""Appearances: upright, whole, in the right place, and nothing printed as boxes."""

import io
import struct
import time
import zlib

import pypdfium2
import pytest
import samples
from pades import anchors, appearance, errors, fields, layout, seal, text, validate
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from validators import run

SCALE = 2
ROTATIONS = (0, 90, 180, 270)


def draw(pdf, page=0):
    """Draw a page with its form, as a reader does."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    image = document[page].render(scale=SCALE, may_draw_forms=True).to_pil().convert('RGB')
    document.close()
    return image


def approved(pdf, make_signer, signer, values, stamp):
    certified = seal.certify(fields.freeze(pdf, [signer]), make_signer('Company'))
    return seal.approve(
        certified.pdf, make_signer(), field=signer.signature_name, values=values, stamp=stamp
    )


def on_screen(box, page):
    """Return where a box of user space appears in a drawn page (left, upper, right, lower)."""
    left, bottom, right, top = box
    corners = [(left, bottom), (right, top)]
    turned = []
    for x, y in corners:
        x, y = x - page.left, y - page.bottom
        width, height = page.width, page.height
        turned.append(
            {
                0: (x, height - y),
                90: (y, x),
                180: (width - x, y),
                270: (height - y, width - x),
            }[page.rotation]
        )
    xs, ys = zip(*turned, strict=True)
    return tuple(round(value * SCALE) for value in (min(xs), min(ys), max(xs), max(ys)))


def quarter_image():
    """An image whose upper left quarter is red, the rest blue: shows how it is turned."""
    image = Image.new('RGB', (200, 100), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 100, 50))
    buffer = io.BytesIO()
    image.save(buffer, 'PNG')
    return buffer.getvalue()


@pytest.mark.parametrize(
    'media_box', [(0, 0, 595, 842), (-50, -80, 545, 762), (100, 200, 700, 900)]
)
@pytest.mark.parametrize('rotation', ROTATIONS)
def test_stamp_is_upright_in_its_place(rotation, media_box, make_signer, roots):
    pdf = samples.with_media_box(*media_box, rotate=rotation)
    page = anchors.page_boxes(pdf)[0]
    assert page == anchors.PageBox(*map(float, media_box), rotation)
    left, bottom = media_box[0] + 200, media_box[1] + 300
    size = (200, 100) if rotation in (0, 180) else (100, 200)
    box = (left, bottom, left + size[0], bottom + size[1])
    signer = fields.SignerFields('sign1', 0, box)
    sealed = approved(pdf, make_signer, signer, {}, appearance.Stamp(quarter_image()))
    assert not validate.check_sealed(sealed.pdf, roots=roots, expected_fields=['company', 'sign1'])
    image = draw(sealed.pdf)
    left, upper, right, lower = on_screen(box, page)
    width, height = right - left, lower - upper
    for x, y, color in ((0.25, 0.25, 'red'), (0.75, 0.25, 'blue'), (0.25, 0.75, 'blue')):
        pixel = image.getpixel((round(left + x * width), round(upper + y * height)))
        assert (pixel[0] > 200) == (color == 'red') and (pixel[2] > 200) == (color == 'blue')
    outside = image.getpixel((left - 6, upper - 6))
    assert outside == (255, 255, 255)


@pytest.mark.parametrize('rotation', ROTATIONS)
def test_text_reads_upright_on_rotated_pages(rotation, make_signer, tmp_path):
    pdf = samples.pdf(rotate=rotation)
    box = (200, 300, 400, 320) if rotation in (0, 180) else (200, 300, 220, 500)
    spec = fields.FieldSpec('s1_name', 'name', 0, box)
    signer = fields.SignerFields('sign1', fields=(spec,))
    sealed = approved(pdf, make_signer, signer, {'s1_name': 'Żółć LLL'}, appearance.Stamp())
    path = tmp_path / 'document.pdf'
    path.write_bytes(sealed.pdf)
    assert 'Żółć LLL' in run('pdftotext', path, '-')
    left, upper, right, lower = on_screen(box, anchors.page_boxes(pdf)[0])
    drawn = draw(sealed.pdf).crop((left, upper, right, lower)).convert('L')
    dark = drawn.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark, 'nothing is printed in the box'
    assert dark[2] - dark[0] > 3 * (dark[3] - dark[1]), 'the text lies level'
    assert dark[0] < 0.1 * (right - left), 'the text begins at the left'
    upright = drawn.crop(dark)
    # A row of L has its feet at the bottom.
    tail = upright.crop((upright.width * 2 // 3, 0, upright.width, upright.height))
    rows = [sum(1 for x in range(tail.width) if tail.getpixel((x, y)) < 128)
            for y in range(tail.height)]
    assert max(range(len(rows)), key=rows.__getitem__) > len(rows) / 2


def test_accents_and_scripts_are_drawn_not_boxes(font_path):
    """Every letter gets a glyph of its own, none the 'missing' one (number 0)."""
    for sample in ('Łukasz Żółć', 'Жанна Їжак', 'Tiếng Việt ế ặ ỗ', 'Ἀθῆναι Ελλάδα', 'Straße €'):
        for run_ in text.shape_line(text.normalise_text(sample)):
            assert run_.font.path == font_path
            assert all(glyph.id for glyph in run_.glyphs)


def test_decomposed_and_composed_accents_print_alike():
    composed, decomposed = 'Ł\u00f3\u1ebf', 'Ło\u0301e\u0302\u0301'
    assert text.normalise_text(decomposed) == composed


def test_right_to_left_is_joined_and_ordered():
    name = 'محمد'
    if not _printable(name):
        pytest.fail('the test needs a font with Arabic: install the package fonts-dejavu-core')
    runs = text.shape_line(f'{name} 12 abc')
    assert runs[-1].text.startswith(name), 'the first word stands at the right'
    alone = {text.shape_line(letter)[0].glyphs[0].id for letter in name}
    assert not alone >= {glyph.id for glyph in runs[-1].glyphs}, 'letters are joined'
    line = text.shape_line('abc שלום 12')
    assert line[0].text.strip() == 'abc'


def _printable(value):
    try:
        appearance.check_text(value)
    except errors.UnprintableText:
        return False
    return True


@pytest.mark.parametrize(
    ('value', 'script'),
    [
        ('𒀀𒀁', 'Xsux'),
        ('abc 𐎀', 'Ugar'),
        ('a\x00b', 'Zzzz'),
        ('a\x1b[31mb', 'Zzzz'),
        ('a\x7f', 'Zzzz'),
        ('invoice\u202efdp.exe', 'Zzzz'),
        ('a\u2066b\u2069', 'Zzzz'),
        ('a\u202db\u202c', 'Zzzz'),
        ('\ue000', 'Zzzz'),
        ('\U0010ffff', 'Zzzz'),
        ('\ud800', 'Zzzz'),
    ],
)
def test_unprintable_text_is_refused(value, script):
    with pytest.raises(errors.UnprintableText) as refused:
        appearance.check_text(value)
    assert refused.value.script == script
    assert refused.value.characters


@pytest.mark.parametrize('value', ['', ' ', 'a\tb', 'a\r\nb', 'a\u00a0b', 'a\u200eb', '\ufeffa'])
def test_harmless_white_space_is_made_plain(value):
    appearance.check_text(value)
    assert not set(appearance.normalise_text(value)) & set('\t\r\u00a0\u200e\ufeff')


@pytest.mark.parametrize('value', ['W' * 10_000, 'wort ' * 2_000, 'Ж\n' * 3_000, 'é' * 5_000])
def test_very_long_text_is_printed_whole(value, make_signer, roots):
    box = (60, 300, 260, 340)
    specs = (
        fields.FieldSpec('many', 'multiline', 0, box),
        fields.FieldSpec('one', 'text', 0, (60, 250, 260, 266)),
    )
    signer = fields.SignerFields('sign1', 0, (60, 100, 260, 170), specs)
    filled = {'many': value, 'one': value}
    start = time.perf_counter()
    sealed = approved(
        samples.pdf(), make_signer, signer, filled, appearance.Stamp(None, (value[:500],))
    )
    assert time.perf_counter() - start < 3
    assert not validate.check_sealed(sealed.pdf, roots=roots, expected_fields=['company', 'sign1'])
    block = layout.fit(value, 200, 40, 10)
    printed = ''.join(run_.text for line in block.lines for run_ in line.runs)
    assert ''.join(printed.split()) == ''.join(value.split())
    assert block.height <= 40 and max(line.width for line in block.lines) * block.size <= 200


def test_text_keeps_its_size_if_it_fits_and_shrinks_otherwise():
    assert appearance.fit_size('Short', 200, 16) == 10
    longer = appearance.fit_size('A rather long name that needs more room than there is', 200, 16)
    assert 4 < longer < 10
    assert appearance.fit_size('A ' * 200, 200, 100) > appearance.fit_size('A ' * 400, 200, 100)


def test_fonts_of_both_kinds_and_any_units(font_path, make_signer, roots, tmp_path):
    """TrueType with 2048 units per em and CFF outlines, with another font for what they lack."""
    try:
        for path in fonts_of_both_kinds(font_path, tmp_path):
            appearance.set_default_font(path)
            spec = fields.FieldSpec('name', 'name', 0, (60, 300, 260, 316))
            signer = fields.SignerFields('sign1', 0, (60, 100, 260, 170), (spec,))
            sealed = approved(
                samples.pdf(), make_signer, signer, {'name': 'Łukasz ế Ж'}, samples.stamp()
            )
            (tmp_path / 'document.pdf').write_bytes(sealed.pdf)
            assert 'Łukasz ế Ж' in run('pdftotext', tmp_path / 'document.pdf', '-')
            widest = on_screen((60, 300, 260, 316), anchors.page_boxes(sealed.pdf)[0])
            ink = draw(sealed.pdf).crop(widest).convert('L').point(lambda v: 255 if v < 99 else 0)
            left, _upper, right, _lower = ink.getbbox()
            assert 80 < right - left < 160, 'letters are neither spaced out nor clipped'
    finally:
        appearance.set_default_font(font_path)


def fonts_of_both_kinds(font_path, folder):
    """A TrueType font of the server, and a CFF one made of the default font's outlines."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.ttLib import TTFont

    truetype = text.fonts._server_font('Ж')
    if truetype is None:
        pytest.fail('the test needs a font: install the package fonts-dejavu-core')
    source = TTFont(font_path)
    glyphs, order = source.getGlyphSet(), source.getGlyphOrder()
    strings = {}
    for name in order:
        pen = T2CharStringPen(glyphs[name].width, glyphs)
        glyphs[name].draw(pen)
        strings[name] = pen.getCharString()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(source.getBestCmap())
    builder.setupCFF('MadeForTests', {}, strings, {})
    builder.setupHorizontalMetrics({name: (glyphs[name].width, 0) for name in order})
    builder.setupHorizontalHeader(ascent=1069, descent=-293)
    builder.setupNameTable({'psName': 'MadeForTests'})
    builder.setupOS2()
    builder.setupPost()
    path = folder / 'made.otf'
    builder.save(path)
    return [truetype.path, str(path)]


# Images


def png_header(width, height):
    """A tiny PNG that claims to be huge."""

    def chunk(kind, data):
        end = struct.pack('>I', zlib.crc32(kind + data))
        return struct.pack('>I', len(data)) + kind + data + end

    header = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b'\0' * 1000)
    chunks = chunk(b'IHDR', header) + chunk(b'IDAT', data) + chunk(b'IEND', b'')
    return b'\x89PNG\r\n\x1a\n' + chunks


@pytest.mark.parametrize(
    ('data', 'code'),
    [
        (b'', 'format'),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'format'),
        (b'GIF89a', 'format'),
        (png_header(50_000, 50_000), 'too_many_pixels'),
        (png_header(2_000_000_000, 2), 'too_many_pixels'),
        (png_header(3_000, 3_000), 'broken'),
        (b'\x89PNG' + b'0' * 6_000_000, 'too_big'),
        (samples.stroke()[:-200], 'broken'),
        (samples.stroke(kind='TIFF'), 'format'),
        (samples.stroke(mode='RGB', kind='BMP'), 'format'),
    ],
)
def test_images_are_refused(data, code):
    start = time.perf_counter()
    with pytest.raises(errors.ImageRefused) as refused:
        appearance.prepare_image(data)
    assert refused.value.code == code
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    'color', [(255, 255, 255, 255), (0, 0, 0, 255), (0, 0, 0, 0), (9, 9, 9, 9)]
)
def test_blank_images_are_refused(color):
    buffer = io.BytesIO()
    Image.new('RGBA', (300, 100), color).save(buffer, 'PNG')
    with pytest.raises(errors.ImageRefused) as refused:
        appearance.prepare_image(buffer.getvalue())
    assert refused.value.code == 'blank'


@pytest.mark.parametrize('kind', ['PNG', 'JPEG', 'GIF', 'WEBP'])
def test_images_become_small_opaque_png(kind):
    mode = 'RGBA' if kind in ('PNG', 'WEBP') else 'RGB'
    data = samples.stroke(size=(3000, 1000), mode=mode, kind=kind)
    image = Image.open(io.BytesIO(appearance.prepare_image(data)))
    assert (image.format, image.mode) == ('PNG', 'RGB')
    assert image.width <= 1200 and image.height <= 480
    assert 'exif' not in image.info and not image.info.get('icc_profile')


@pytest.mark.parametrize('kind', ['PNG', 'JPEG', 'WEBP'])
def test_of_an_image_only_its_pixels_are_kept(kind):
    notes, text = Image.Exif(), PngInfo()
    notes[0x010E] = 'private'
    text.add_text('Author', 'private')
    picture = Image.open(io.BytesIO(samples.stroke(size=(300, 100), mode='RGB', kind='PNG')))
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=notes, icc_profile=b'private' * 20, dpi=(72, 72), pnginfo=text)
    assert b'private' in buffer.getvalue()
    png, position, chunks = appearance.prepare_image(buffer.getvalue()), 8, set()
    while position < len(png):
        chunks.add(png[position + 4 : position + 8])
        position += 12 + int.from_bytes(png[position : position + 4], 'big')
    assert chunks == {b'IHDR', b'IDAT', b'IEND'}


def test_image_turned_by_its_exif_note_is_upright():
    image = Image.new('RGB', (400, 100), 'white')
    image.paste((0, 0, 0), (10, 10, 390, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # 'turn me 90 degrees clockwise'
    buffer = io.BytesIO()
    image.save(buffer, 'JPEG', exif=exif)
    upright = Image.open(io.BytesIO(appearance.prepare_image(buffer.getvalue())))
    assert upright.height > upright.width


def test_prepared_image_is_taken_as_it_is_and_others_are_prepared():
    from pades.images import image_object

    stream, width, height = image_object(samples.PNG)
    assert stream['/DecodeParms']['/Columns'] == width
    assert len(stream.encoded_data) < len(samples.PNG)
    assert image_object(samples.stroke())[1:] == (width, height)

"""Finding places in text, page sizes, appending pages."""

import io
import re
import time

import pypdfium2
import pytest
import samples
from pades import anchors, errors, fields, seal
from PIL import ImageChops
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen import canvas
from test_appearance import draw
from validators import run


def letters_apart(text):
    """Each letter placed by itself, as patched renderers do, over two lines."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    half = len(text) // 2
    for line, part in enumerate((text[:half], text[half:])):
        for column, letter in enumerate(part):
            page.drawString(100 + 14 * column, 600 - 20 * line, letter)
    page.save()
    return buffer.getvalue()


def test_anchor_is_where_its_text_is():
    found = anchors.find_anchors(samples.pdf(2), re.escape('{{sig:1}}'))
    assert [(anchor.page, anchor.text) for anchor in found] == [(0, '{{sig:1}}'), (1, '{{sig:1}}')]
    anchor = found[0]
    assert 115 < anchor.left < 125 and 160 < anchor.right < 175
    assert 697 < anchor.bottom < 703 < anchor.top < 714


def test_anchor_split_by_lines_and_kerning():
    found = anchors.find_anchors(letters_apart('{{sig:1}}'), re.compile(r'\{\{SIG:(\d)\}\}', re.I))
    assert len(found) == 1
    assert found[0].left < 105 and found[0].bottom < 582 and found[0].top > 600


def test_white_text_is_found():
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.setFillColorRGB(1, 1, 1)
    page.drawString(100, 600, '[[Żółć]]'.replace('Żółć', 'field'))
    page.save()
    assert anchors.find_anchors(buffer.getvalue(), r'\[\[field\]\]')


@pytest.mark.parametrize('rotation', [0, 90, 180, 270])
def test_coordinates_are_those_of_the_unrotated_page(rotation):
    plain = anchors.find_anchors(samples.pdf(), 'Contract')[0]
    assert anchors.find_anchors(samples.pdf(rotate=rotation), 'Contract')[0] == plain
    moved = anchors.find_anchors(samples.with_media_box(-50, -80, 545, 762, rotation), 'Contract')
    assert moved == [plain]


def test_empty_matches_and_pages_without_text():
    assert anchors.find_anchors(samples.pdf(), 'x*') == []
    blank = io.BytesIO()
    page = canvas.Canvas(blank)
    page.showPage()
    page.save()
    assert anchors.find_anchors(blank.getvalue(), 'x') == []
    assert not anchors.has_text(blank.getvalue())
    assert anchors.has_text(samples.pdf())


def test_two_hundred_pages_are_quick():
    pdf = samples.pdf(200)
    start = time.perf_counter()
    assert len(anchors.find_anchors(pdf, r'\{\{sig')) == 200
    assert time.perf_counter() - start < 1


def test_unreadable_raises_our_error():
    for function in (anchors.page_boxes, anchors.has_text):
        with pytest.raises(errors.PdfRefused):
            function(b'nonsense')


def test_crop_box_is_what_counts():
    reader = PdfReader(io.BytesIO(samples.pdf()))
    page = reader.pages[0]
    page.cropbox.lower_left, page.cropbox.upper_right = (100, 200), (900, 700)
    writer = PdfWriter()
    writer.add_page(page)
    output = io.BytesIO()
    writer.write(output)
    assert anchors.page_boxes(output.getvalue()) == [anchors.PageBox(100, 200, 595, 700, 0)]


def test_appending_loses_nothing(tmp_path):
    first = samples.pdf(3, outline=True, form=True)
    extra = samples.pdf(2, text='General terms', rotate=90, size=(400, 500), form=True)
    both = anchors.append_pages(first, extra)
    assert both.startswith(first), 'the first document keeps every byte'
    path = tmp_path / 'both.pdf'
    path.write_bytes(both)
    assert 'No syntax' in run('qpdf', '--check', path)
    reader = PdfReader(io.BytesIO(both))
    assert len(reader.pages) == 5
    assert [item.title for item in reader.outline] == ['Chapter 1', 'Chapter 2', 'Chapter 3']
    assert reader.metadata.title == 'The contract'
    assert set(reader.get_fields()) == {'old_text', 'old_box'}
    assert 'General terms' in reader.pages[4].extract_text()
    assert anchors.page_boxes(both)[3:] == anchors.page_boxes(extra)
    for number in range(2):
        difference = ImageChops.difference(draw(both, 3 + number), draw(extra, number))
        # Form fields are drawn as page content now, a little differently at their edges.
        assert sum(difference.convert('L').histogram()[64:]) < 3000
    frozen = fields.freeze(both, [samples.signer_fields(1)])
    assert len(pypdfium2.PdfDocument(frozen)) == 5


def test_appending_keeps_web_links_only():
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.bookmarkPage('here')
    page.linkURL('https://example.com/', (10, 10, 90, 30))
    page.linkRect('', 'here', (10, 50, 90, 70))
    page.showPage()
    page.save()
    both = PdfReader(io.BytesIO(anchors.append_pages(samples.pdf(), buffer.getvalue())))
    links = [note.get_object() for note in both.pages[1]['/Annots']]
    assert [link['/A']['/URI'] for link in links] == ['https://example.com/']
    assert len(both.pages) == 2


def test_shared_fonts_are_copied_once():
    extra = samples.pdf(50)
    both = anchors.append_pages(samples.pdf(), extra)
    assert both.count(b'/Type /Font') + both.count(b'/Type/Font') < 10


def test_appending_to_a_signed_document_is_refused(make_signer):
    sealed = seal.certify(fields.freeze(samples.pdf(), []), make_signer())
    with pytest.raises(errors.PdfRefused) as refused:
        anchors.append_pages(sealed.pdf, samples.pdf())
    assert refused.value.code == 'signed'

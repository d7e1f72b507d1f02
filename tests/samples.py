"""PDFs, images and field sets made in code for the tests."""

import io

from pades.appearance import Stamp, prepare_image
from pades.fields import FieldSpec, SignerFields
from PIL import Image, ImageDraw
from reportlab.pdfgen import canvas

A4 = (595, 842)


def pdf(pages=1, text='Contract {{sig:1}}', size=A4, rotate=0, outline=False, form=False):
    """A PDF with a line of text per page."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=size)
    page.setTitle('The contract')
    page.setAuthor('Someone')
    for number in range(pages):
        if rotate:
            page.setPageRotation(rotate)
        page.drawString(72, size[1] - 100, f'Page {number + 1}')
        page.drawString(72, size[1] - 140, text)
        if outline:
            page.bookmarkPage(f'p{number}')
            page.addOutlineEntry(f'Chapter {number + 1}', f'p{number}')
        if form and number == 0:
            page.acroForm.textfield(name='old_text', x=72, y=500, width=200, height=20, value='old')
            page.acroForm.checkbox(name='old_box', x=72, y=470, size=14)
        page.showPage()
    page.save()
    return buffer.getvalue()


def with_media_box(left, bottom, right, top, rotate=0):
    """A one-page PDF whose media box doesn't start at 0, 0."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf()))
    page = writer.find_page_for_modification(0)[0].get_object()
    page['/MediaBox'] = generic.ArrayObject(map(generic.FloatObject, (left, bottom, right, top)))
    page['/Rotate'] = generic.NumberObject(rotate)
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def stroke(color=(0, 0, 160, 255), size=(600, 200), mode='RGBA', kind='PNG'):
    """A drawn signature, as a browser sends it."""
    image = Image.new(mode, size, (255, 255, 255, 0)[: len(mode)])
    draw = ImageDraw.Draw(image)
    points = [(20, 180), (200, 30), (350, 170), (580, 20)]
    draw.line(points, fill=color[: len(mode)], width=10)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


PNG = prepare_image(stroke())


def signer_fields(number, left=60):
    """All kinds of fields for one signer, in a column starting at `left`."""

    def spec(name, kind, bottom, height=16, width=200, **options):
        box = (left, bottom, left + width, bottom + height)
        return FieldSpec(f's{number}_{name}', kind, 0, box, **options)

    return SignerFields(
        f'sign{number}',
        0,
        (left, 100, left + 200, 170),
        (
            spec('name', 'name', 240, tooltip='Name'),
            spec('date', 'date', 220),
            spec('agree', 'checkbox', 200, 12, 12),
            spec('choice', 'radio', 180, 12, 12),
            spec('remark', 'multiline', 300, 50),
            spec('initials', 'initials', 360, 30, 80),
            spec('number', 'number', 400),
            spec('country', 'selection', 420, options=('BE', 'DE')),
            spec('strike', 'strikethrough', 440, 10, 80),
            spec('empty', 'text', 460, max_length=40),
        ),
    )


def values(number, name='Łukasz Żółć ế Ж'):
    """Values for all but the last field of signer_fields."""
    texts = {
        'name': name,
        'date': '2026-11-22',
        'agree': True,
        'choice': False,
        'remark': 'Ελληνικά και ἀρχαῖα, всё понятно, Tiếng Việt đẹp, and a long English rest.',
        'initials': PNG,
        'number': '1.234,50 €',
        'country': 'BE',
        'strike': True,
    }
    return {f's{number}_{key}': value for key, value in texts.items()}


def stamp(name='Łukasz Żółć'):
    return Stamp(PNG, (f'Signed by {name}', '2026-11-22 14:03 UTC'))

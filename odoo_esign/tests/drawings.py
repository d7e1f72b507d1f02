"""Small PDFs and pictures, made without a browser or Odoo's reports."""

import io

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def make_pdf(*lines, pages=1):
    """Return a valid PDF with text, made without a browser or Odoo's reports."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=True)
    for number in range(pages):
        text = canvas.beginText(72, 760)
        text.setFont("Helvetica", 12)
        for line in lines or ("Agreement",):
            text.textLine(f"{line} - page {number + 1}")
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def draw_content(document):
    """Stand for a report that takes seconds to print; it has no places to sign."""
    return make_pdf(document.name)


def make_participants_page(signer_ids):
    """Return the page of participants with the same anchors as the QWeb report has."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=True)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 780, "Participants and signatures")
    canvas.setFont("Helvetica", 3)
    canvas.setFillColorRGB(1, 1, 1)
    top = 740.0
    for signer_id in signer_ids:
        for kind, width, height in (("signature", 220, 54), ("name", 220, 16), ("date", 140, 16)):
            anchor = f"#esign-{signer_id}-{kind}"
            canvas.drawString(72, top - 3, f"{anchor}-a#")
            canvas.drawRightString(72 + width, top - height + 1, f"{anchor}-b#")
            top -= height + 4
        top -= 16
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def make_image(size=(300, 100), mode="RGB", kind="PNG"):
    """Return a picture with a few strokes, as a signature has."""
    picture = Image.new(mode, size, "white")
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.line([(5, height - 10), (width // 3, 10), (width // 2, height - 20)], fill="navy", width=4)
    pen.line([(width // 2, height - 20), (width - 10, 15)], fill="navy", width=4)
    output = io.BytesIO()
    picture.save(output, kind)
    return output.getvalue()


def draw_participants_page(document, _original_sha256, places, *_args, **_kwargs):
    placed = {place["signer_id"] for place in places}
    placed |= set(document.field_ids.signer_id.ids)
    return make_participants_page(
        signer.id
        for signer in document.envelope_id.signer_ids
        if signer.action in ("sign", "approve") and signer.id not in placed
    )

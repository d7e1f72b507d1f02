"""The address of the verify page, and its QR code."""

import base64
import io

import qrcode


def verify_url(envelope):
    """Return the address at which holders of the envelope's number check their files."""
    return f"{envelope.get_base_url()}/esign/verify/{envelope.reference}"


def qr_code(text):
    """Return ``text`` as a QR code, as a data address of a PNG."""
    image = io.BytesIO()
    qrcode.make(text, box_size=6, border=1).save(image, "PNG")
    return "data:image/png;base64," + base64.b64encode(image.getvalue()).decode()

"""The address of the verify page, and its QR code."""

import base64
import hashlib
import io

import qrcode


def verify_url(envelope):
    """Return the address at which holders of the envelope's number check their files."""
    return f"{envelope.get_base_url()}/esign/verify/{envelope.reference}"


def trust_url(envelope, root):
    """Return the address that tells about a root certificate (DER), short enough for paper."""
    return f"{envelope.get_base_url()}/esign/trust/{hashlib.sha256(root).hexdigest()[:16]}"


def qr_code(text):
    """Return ``text`` as a QR code, as a data address of a PNG."""
    image = io.BytesIO()
    qrcode.make(text, box_size=6, border=1).save(image, "PNG")
    return "data:image/png;base64," + base64.b64encode(image.getvalue()).decode()

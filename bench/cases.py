"""The documents that are sealed, and the seal step itself next to the floors under it.

Only the libraries of the virtual environment are needed, and Odoo's font.
"""

import datetime
import io
import random
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path += [str(REPO / "odoo_esign"), str(REPO / "dev")]

from asn1crypto import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from devenv import odoo_source  # noqa: E402
from pades import appearance, authority, fields, finalise, seal, stamper  # noqa: E402
from pades.loops import run  # noqa: E402
from pades.signer import KeptKeySigner  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign.fields import SigSeedSubFilter  # noqa: E402
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner  # noqa: E402
from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: E402
from reportlab import rl_config  # noqa: E402
from reportlab.lib.utils import ImageReader  # noqa: E402
from reportlab.pdfgen import canvas  # noqa: E402

FONT = "odoo/addons/web/static/fonts/sign/NotoSans-Reg.ttf"
DOCUMENTS = {"1 page": (1, 0), "20 pages": (20, 0), "200 pages": (200, 0), "10 MB": (10, 1 << 20)}
"""Name: number of pages, bytes of image on each."""

BARE_BYTES = 8192
"""Digits the bare signature keeps free: enough for its certificates, and nothing to measure."""

NAMES = ("Łukasz Żółć", "Иван Петров", "Ελένη Παπαδοπούλου", "Zoë Ng", "Jürgen Groß")


def set_up():
    """Print with the product's font."""
    appearance.set_default_font(odoo_source.folder() / FONT)


def document(name: str) -> bytes:
    """Return the PDF of a case."""
    pages, image_bytes = DOCUMENTS[name]
    rl_config.useA85 = 0
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(595, 842), pageCompression=1)
    for number in range(pages):
        page.drawString(72, 780, f"Page {number + 1}")
        for line in range(40):
            page.drawString(72, 740 - 12 * line, f"{line + 1}. The parties agree as follows.")
        if image_bytes:
            page.drawImage(_noise(number, image_bytes), 400, 700, 100, 100)
        page.showPage()
    page.save()
    return buffer.getvalue()


def frozen(pdf: bytes, signers: int) -> bytes:
    """Return the PDF with a signature field and three fields to fill for each signer."""
    specs = []
    for number in range(1, signers + 1):
        left, width = 10 + 115 * (number - 1), 110

        def spec(name, kind, bottom, height, left=left, width=width, number=number):
            box = (left, bottom, left + width, bottom + height)
            return fields.FieldSpec(f"s{number}_{name}", kind, 0, box)

        filled = (
            spec("name", "name", 150, 16),
            spec("date", "date", 170, 16),
            spec("remark", "multiline", 190, 40),
        )
        box = (left, 60, left + width, 140)
        specs.append(fields.SignerFields(f"sign{number}", 0, box, filled))
    return fields.freeze(pdf, specs)


def image() -> bytes:
    """Return a drawn signature, prepared as the product keeps it."""
    picture = Image.new("RGBA", (600, 200), (255, 255, 255, 0))
    points = [(20, 180), (200, 30), (350, 170), (580, 20)]
    ImageDraw.Draw(picture).line(points, fill=(0, 0, 160, 255), width=10)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return appearance.prepare_image(buffer.getvalue())


class BareSigner(SimpleSigner):
    """pyHanko's own signer; only the key is kept instead of loaded twice for each signature."""

    def __init__(self, ca):
        leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name="Bare pyHanko")
        store = SimpleCertificateStore()
        store.register_multiple(map(x509.Certificate.load, (ca.issuing_cert, ca.root_cert)))
        super().__init__(x509.Certificate.load(leaf.cert_der), None, store)
        self._key = leaf.key

    def sign_raw(self, data, digest_algorithm):
        """Sign with P-256, as all built-in signatures."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class Floor:
    """What no seal can do without: bare pyHanko with a key that is kept, and a token."""

    def __init__(self, ca):
        self._signer = BareSigner(ca)
        self._stamper = stamper.LocalStamper.of(ca)
        run(self._stamper.async_timestamp(b"\1" * 32, "sha256"))

    def bare(self, pdf: bytes) -> bytes:
        """Sign one existing field, PAdES B-B, nothing else."""
        stream = io.BytesIO(pdf)
        metadata = PdfSignatureMetadata(
            "company", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        PdfSigner(metadata, self._signer).sign_pdf(
            IncrementalPdfFileWriter(stream),
            existing_fields_only=True,
            bytes_reserved=2 * BARE_BYTES,
            in_place=True,
        )
        return stream.getvalue()

    def stamp(self):
        """Make one time stamp token, in this process."""
        return run(self._stamper.async_timestamp(b"\2" * 32, "sha256"))


class Step:
    """The seal step as the jobs do it, each with its own key, signer and stamper."""

    def __init__(self, ca):
        self._ca = ca
        self._image = image()

    def certify(self, pdf: bytes) -> bytes:
        """The company's certification."""
        return seal.certify(
            pdf, make_signer(self._ca, "Müster GmbH"), timestamper=self._stamper()
        ).pdf

    def approve(self, pdf: bytes, number: int, name: str, **leaf) -> bytes:
        """One signer's three fields, visible signature and signature."""
        values = {
            "name": name,
            "date": "2026-11-22",
            "remark": "All understood, and a few words more.",
        }
        lines = (f"Signed by {name}", "2026-11-22 14:03 UTC")
        return seal.approve(
            pdf,
            make_signer(self._ca, name, **leaf),
            field=f"sign{number}",
            values={f"s{number}_{key}": value for key, value in values.items()},
            stamp=appearance.Stamp(self._image, lines),
            timestamper=self._stamper(),
        ).pdf

    def finalise(self, pdf: bytes) -> bytes:
        """Everything for the long term."""
        return finalise.finalise(pdf, authorities=[self._ca], stamper=self._stamper()).pdf

    def whole(self, pdf: bytes, signers: int = 1) -> bytes:
        """All of it on a frozen PDF."""
        pdf = self.certify(pdf)
        for number in range(1, signers + 1):
            pdf = self.approve(pdf, number, NAMES[number - 1])
        return self.finalise(pdf)

    def _stamper(self):
        return stamper.LocalStamper.of(self._ca)


def make_authority():
    """Return a company's authority, a year old so that everything is in force."""
    year_ago = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=365)
    return authority.create_authority("Müster & Söhne GmbH", "DE", now=year_ago)


def make_signer(ca, name, **leaf):
    """Return a signer with a one-time key, as the built-in seal makes them."""
    leaf.setdefault("email", "someone@example.com")
    leaf.setdefault("evidence", f"evidence:12:{'a' * 64}")
    issued = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name=name, **leaf)
    return KeptKeySigner.from_leaf(issued, [ca.issuing_cert, ca.root_cert])


def _noise(seed, size):
    """A picture that can't be compressed."""
    side = int((size / 3) ** 0.5)
    data = random.Random(seed).randbytes(side * side * 3)
    return ImageReader(Image.frombytes("RGB", (side, side), data))

"""What programs that are not ours say about the signed file."""

import sys
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "odoo_esign"))
sys.path.append(str(Path(__file__).resolve().parents[2] / "odoo_esign/tests/outside"))
import judges
from pades.longterm import judge

YEARS_AHEAD = 15


def look_at(pdf, root, expected=2):
    """Yield a line per program; raise if one of them finds fault."""
    certificate = load_cert_from_pemder(str(root))
    content = pdf.read_bytes()
    parts = judges.judge(content, [certificate.dump()])
    stamps = sum(part.is_stamp for part in parts)
    if len(parts) - stamps != expected:
        raise ValueError(f"{len(parts) - stamps} valid signatures instead of {expected}")
    yield f"pdfsig: {expected} signatures valid; the time stamp covers the whole file."
    yield f"mutool: agrees on all {expected}."
    yield f"openssl cms: {expected} verified."
    yield f"openssl ts: {stamps} verified."
    _ask_pyhanko(content, certificate)
    yield (
        "pyHanko: signatures intact, trusted by the company's root, PAdES B-LTA offline, today and "
        f"in {YEARS_AHEAD} years."
    )
    yield f"qpdf: the file is in order ({len(content) // 1024} kB)."


def assert_valid(pdf, signatures):
    """Assert that a file carries so many signatures that hold, one of which covers all."""
    judges.ask_pdfsig(pdf, signatures)


def _ask_pyhanko(content, certificate):
    trust = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    for signature in PdfFileReader(BytesIO(content)).embedded_regular_signatures:
        status = validate_pdf_signature(signature, trust)
        if not status.bottom_line:
            raise ValueError(status.pretty_print_details())
    later = datetime.now(timezone.utc) + timedelta(days=365 * YEARS_AHEAD)
    for moment in (None, later):
        for verdict in judge(content, roots=[certificate.dump()], moment=moment):
            if not verdict.passed:
                raise ValueError(f"{verdict.field}: {verdict.indication} {verdict.reason}")

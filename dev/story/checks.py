"""What programs that are not ours say about the signed file."""

import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "odoo_esign"))
from pades.longterm import judge

STAMP = "/DocTimeStamp"
YEARS_AHEAD = 15


def look_at(pdf, root, expected=2):
    """Yield a line per program; raise if one of them finds fault."""
    valid = valid_signatures(pdf)
    if valid != expected:
        raise ValueError(f"{valid} valid signatures instead of {expected}")
    yield f"pdfsig: {valid} signatures valid; the time stamp covers the whole file."
    text = _run("mutool", "sign", "-v", pdf)
    agreed = text.count("The signature is valid") + text.count("unchanged since signing")
    # it knows no document time stamps, and calls their fields not signed
    if agreed != valid or re.search(r"(?i)invalid|failed|mismatch", text):
        raise ValueError(text)
    yield f"mutool: agrees on all {agreed}."
    for kind, count in _ask_openssl(pdf, root).items():
        yield f"openssl {kind}: {count} verified."
    _ask_pyhanko(pdf, root)
    yield (
        "pyHanko: signatures intact, trusted by the company's root, PAdES B-LTA offline, today and "
        f"in {YEARS_AHEAD} years."
    )
    _run("qpdf", "--check", pdf)
    yield f"qpdf: the file is in order ({pdf.stat().st_size // 1024} kB)."


def valid_signatures(pdf):
    """Return how many signatures are valid; raise if one isn't or if the last leaves bytes out."""
    text = _run("pdfsig", "-nocert", pdf)
    judged = [part for part in text.split("Signature #")[1:] if not _is_stamp(part)]
    valid = sum("Signature is Valid" in part for part in judged)
    if valid != len(judged) or "Total document signed" not in text:
        raise ValueError(text)
    return valid


def _is_stamp(part):
    """pdfsig 22 can't judge document time stamps; openssl does."""
    return "Signature Type: unknown" in part or "ETSI.RFC3161" in part


def _ask_openssl(pdf, root):
    """Verify every signature and time stamp over its byte range, the root alone being trusted."""
    counts = {"cms": 0, "ts": 0}
    with pdf.open("rb") as file, tempfile.TemporaryDirectory() as folder:
        token, content = Path(folder, "token"), Path(folder, "content")
        whole = pdf.read_bytes()
        for signature in PdfFileReader(file).embedded_signatures:
            start, first, second, rest = signature.byte_range
            content.write_bytes(whole[start:first] + whole[second : second + rest])
            token.write_bytes(_without_padding(signature.pkcs7_content))
            if signature.sig_object_type == STAMP:
                kind, options = "ts", ["-token_in", "-in", token, "-data", content]
            else:
                kind = "cms"
                options = ["-cades", "-binary", "-inform", "DER", "-in", token, "-out", "/dev/null"]
                options += ["-content", content, "-purpose", "any"]
                # nor what the machine trusts for web sites
                options += ["-no-CApath", "-no-CAstore"]
            _run("openssl", kind, "-verify", *options, "-CAfile", root)
            counts[kind] += 1
    return counts


def _without_padding(container):
    """Return the DER value alone, without the zeros of the room kept for it (X.690, 8.1.3)."""
    count = container[1] & 0x7F
    return container[: 2 + count + int.from_bytes(container[2 : 2 + count], "big")]


def _ask_pyhanko(pdf, root):
    certificate = load_cert_from_pemder(str(root))
    trust = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    with pdf.open("rb") as file:
        for signature in PdfFileReader(file).embedded_regular_signatures:
            status = validate_pdf_signature(signature, trust)
            if not status.bottom_line:
                raise ValueError(status.pretty_print_details())
    later = datetime.now(timezone.utc) + timedelta(days=365 * YEARS_AHEAD)
    for moment in (None, later):
        for verdict in judge(pdf.read_bytes(), roots=[certificate.dump()], moment=moment):
            if not verdict.passed:
                raise ValueError(f"{verdict.field}: {verdict.indication} {verdict.reason}")


def _run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3 if command[0] == "qpdf" else 0):
        raise ValueError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr

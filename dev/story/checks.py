"""What programs that are not ours say about the signed file."""

import re
import subprocess

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def look_at(pdf, root):
    """Yield a line per program; raise if one of them finds fault."""
    valid = valid_signatures(pdf)
    if valid != 2:
        raise ValueError(f"{valid} valid signatures instead of 2")
    yield f"pdfsig: {valid} signatures valid, total document signed."
    text = _run("mutool", "sign", "-v", pdf)
    whole = "The document is unchanged since signing." in text
    if not whole or re.search(r"(?i)invalid|failed|mismatch|not signed", text):
        raise ValueError(text)
    yield "mutool: agrees; the document is unchanged since signing."
    _ask_pyhanko(pdf, root)
    yield "pyHanko: both signatures intact, trusted by the company's root, nothing added after."
    _run("qpdf", "--check", pdf)
    yield f"qpdf: the file is in order ({pdf.stat().st_size // 1024} kB)."


def _ask_pyhanko(pdf, root):
    trust = ValidationContext(trust_roots=[load_cert_from_pemder(str(root))], allow_fetching=False)
    with pdf.open("rb") as file:
        for signature in PdfFileReader(file).embedded_signatures:
            status = validate_pdf_signature(signature, trust)
            if not status.bottom_line:
                raise ValueError(status.pretty_print_details())


def valid_signatures(pdf):
    """Return how many signatures are valid; raise if one isn't or if the last leaves bytes out."""
    text = _run("pdfsig", "-nocert", pdf)
    valid = text.count("Signature is Valid")
    if valid != text.count("Signature Validation:") or "Total document signed" not in text:
        raise ValueError(text)
    return valid


def _run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3 if command[0] == "qpdf" else 0):
        raise ValueError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr

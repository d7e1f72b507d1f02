"""Programs that we did not write judge a signed PDF: pdfsig, mutool, qpdf and openssl.

One place for all that asks them: the add-on's tests, the pure ones (`tests/validators.py`), the
stories and the tests against real servers (`dev/story/checks.py`), which have this folder on their
path. No `import odoo` here, and nothing of the product's own: it is what is judged.
"""

import re
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

PACKAGES = {
    "mutool": "mupdf-tools",
    "openssl": "openssl",
    "pdfinfo": "poppler-utils",
    "pdfsig": "poppler-utils",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
}
UNCHANGED = "The document is unchanged since signing."
EDITED = "The signature is valid but there have been edits since signing."
UNUSED = "Signature is not signed."
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_CMS = ("-cades", "-binary", "-inform", "DER", "-content", "content", "-out", "said")
# any purpose, but nothing that the machine trusts for web sites
_TRUST = ("-purpose", "any", "-no-CApath", "-no-CAstore")


class Missing(AssertionError):
    """A program is not installed."""


class Part(NamedTuple):
    """A signature or a document time stamp: where it stands, what it covers, its DER."""

    byte_range: tuple
    content: bytes
    der: bytes
    is_stamp: bool


def run(program, *arguments, ok=(0,), cwd=None):
    """Run a program and return its output; raise AssertionError if it fails or is missing."""
    if not shutil.which(program):
        raise Missing(f"{program} is missing: install the package {PACKAGES[program]}")
    done = subprocess.run(
        [program, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode in ok, f"{program} said {done.returncode}: {output}"
    return output


def judge(pdf, roots, leave_out_missing=False):
    """Let all of them judge a sealed PDF.

    :param list roots: the certificates (DER) that signatures and time stamps may lead to
    :param bool leave_out_missing: take no offence where a program is not installed
    :return: its signatures and time stamps, in the file's order
    :raise AssertionError: if one of them does not accept what is in it
    """
    parts = sealed_parts(pdf)
    stamps = sum(part.is_stamp for part in parts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "document.pdf")
        path.write_bytes(pdf)
        questions = [
            lambda: ask_pdfsig(path, len(parts) - stamps),
            lambda: ask_mutool(path, len(parts) - stamps, stamps),
            lambda: ask_qpdf(path),
            lambda: [ask_openssl(part, roots) for part in parts],
        ]
        for question in questions:
            try:
                question()
            except Missing:
                if not leave_out_missing:
                    raise
    return parts


def sealed_parts(pdf):
    """Return the signatures and document time stamps of a PDF, in the file's order."""
    parts = []
    for found in _RANGE.finditer(pdf):
        start, length, after, rest = byte_range = tuple(map(int, found.groups()))
        content = pdf[start : start + length] + pdf[after : after + rest]
        filled = bytes.fromhex(pdf[start + length : after].strip(b"<>").decode())
        # what kind it is stands in the same dictionary, before or after the byte range
        dictionary = pdf[pdf.rindex(b" obj", 0, found.start()) : pdf.index(b"endobj", after)]
        is_stamp = b"ETSI.RFC3161" in dictionary
        parts.append(Part(byte_range, content, filled[: _der_length(filled)], is_stamp))
    assert parts, "there is nothing signed"
    return parts


def _der_length(der):
    """Return how long the DER structure at the beginning is, with its head (X.690, 8.1.3)."""
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    return 2 + size + int.from_bytes(der[2 : 2 + size], "big")


def ask_pdfsig(path, signatures):
    """Assert that so many signatures are valid, and that the last one or a stamp covers all.

    Whether document time stamps are good is left to openssl: pdfsig 22 can't judge them.
    """
    said = run("pdfsig", "-nocert", path)
    signed = [part for part in said.split("Signature #")[1:] if "field is not signed" not in part]
    judged = [part for part in signed if not re.search("Type: (unknown|ETSI.RFC3161)", part)]
    valid = [part for part in judged if "Signature Validation: Signature is Valid." in part]
    assert len(valid) == len(judged) == signatures, said
    assert said.count("Total document signed") == 1, said


def ask_mutool(path, signatures, stamps=0):
    """Assert that so many signatures are valid, all but the last with something after them.

    It calls document time stamps not signed, as it does fields that nobody has used.
    """
    said = run("mutool", "sign", "-v", path)
    parts = said.split("Verifying signature ")[1:]
    verdicts = [[word for word in (EDITED, UNCHANGED, UNUSED) if word in part] for part in parts]
    last = [] if stamps else [[UNCHANGED]]
    assert verdicts.count([EDITED]) == signatures - len(last), said
    assert [one for one in verdicts if one not in ([EDITED], [UNUSED])] == last, said


def ask_qpdf(path):
    """Assert that the file's structure is in order."""
    said = run("qpdf", "--check", path, ok=(0, 3))  # 3: with warnings
    assert "No syntax or stream encoding errors" in said, said


def ask_openssl(part, roots, ok=(0,)):
    """Verify a signature or time stamp over what it covers, those roots alone being trusted."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "content").write_bytes(part.content)
        Path(folder, "sealed").write_bytes(part.der)
        trusted = "".join(map(ssl.DER_cert_to_PEM_cert, roots))
        Path(folder, "roots.pem").write_text(trusted)
        if part.is_stamp:
            words, good = ("ts", "-verify", "-token_in", "-data", "content"), "Verification: OK"
        else:
            words, good = ("cms", "-verify", *_CMS, *_TRUST), "erification successful"
        said = run("openssl", *words, "-in", "sealed", "-CAfile", "roots.pem", ok=ok, cwd=folder)
    assert (good in said) == (ok == (0,)), said

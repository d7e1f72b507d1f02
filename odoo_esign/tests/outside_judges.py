"""Programs that we did not write judge each PDF that the tests make.

In the development set-up all of them are there; elsewhere those that are missing are left out.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_KNOWN = (
    "The document is unchanged since signing.",
    "The signature is valid but there have been edits since signing.",
)


class OutsideJudges:
    """For test cases: what a job has sealed for good is judged before the test goes on."""

    def judge_results(self, job):
        """Let programs that are not ours judge what a job has sealed for good."""
        if job.state != "done":
            return
        if job.kind == "complete":
            files = [document._read_pdf("sealed") for document in job.envelope_id.document_ids]
        elif job.kind == "certificate":
            files = [kept._read_kept() for kept in job.envelope_id.certificate_ids]
        else:
            return
        service = self.env["esign.verification"].sudo()
        known = {**service._stamp_roots(), **service._roots()}
        for pdf in files:
            judge(pdf, [root.der for root in known.values()])


def judge(pdf, roots):
    """Let pdfsig, mutool and openssl judge a sealed PDF.

    :param list roots: the certificates (DER) that signatures and time stamps may lead to
    :raise AssertionError: if one of them does not accept what is in it
    """
    signatures, stamps = _sealed_parts(pdf)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "document.pdf").write_bytes(pdf)
        _ask_pdfsig(folder, len(signatures))
        _ask_mutool(folder, len(signatures))
        _write_roots(folder, roots)
        for content, cms in signatures:
            _ask_openssl(folder, content, cms, _CMS)
        for content, token in stamps:
            _ask_openssl(folder, content, token, _STAMP)


def _sealed_parts(pdf):
    """Return (signatures, document time stamps), each as (what it covers, its bytes)."""
    signatures, stamps = [], []
    for found in _RANGE.finditer(pdf):
        start, length, after, rest = map(int, found.groups())
        content = pdf[start : start + length] + pdf[after : after + rest]
        filled = bytes.fromhex(pdf[start + length : after].strip(b"<>").decode())
        sealed = filled[: _der_length(filled)]
        # what kind it is stands in the same dictionary, before or after the byte range
        dictionary = pdf[pdf.rindex(b" obj", 0, found.start()) : pdf.index(b"endobj", after)]
        kind = stamps if b"ETSI.RFC3161" in dictionary else signatures
        kind.append((content, sealed))
    assert signatures, "there is nothing signed"
    return signatures, stamps


def _der_length(der):
    """Return how long the DER structure at the beginning is, with its head (X.690, 8.1.3)."""
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    return 2 + size + int.from_bytes(der[2 : 2 + size], "big")


def _run(folder, *words):
    if not shutil.which(words[0]):
        return None
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, errors="replace", timeout=60, check=False
    )
    return done.stdout + done.stderr


def _ask_pdfsig(folder, count):
    said = _run(folder, "pdfsig", "-nocert", "document.pdf")
    assert said is None or said.count("Signature is Valid.") == count, said


def _ask_mutool(folder, count):
    said = _run(folder, "mutool", "sign", "-v", "document.pdf")
    assert said is None or sum(map(said.count, _KNOWN)) == count, said


_CMS = (
    *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "sealed"),
    *("-content", "content", "-purpose", "any", "-no-CApath", "-no-CAstore", "-out", "said"),
)
_STAMP = ("ts", "-verify", "-token_in", "-in", "sealed", "-data", "content")


def _write_roots(folder, roots):
    pem = []
    for number, der in enumerate(roots):
        (folder / f"{number}.der").write_bytes(der)
        pem.append(_run(folder, "openssl", "x509", "-inform", "DER", "-in", f"{number}.der"))
    (folder / "roots.pem").write_text("".join(filter(None, pem)))


def _ask_openssl(folder, content, sealed, words):
    (folder / "content").write_bytes(content)
    (folder / "sealed").write_bytes(sealed)
    said = _run(folder, "openssl", *words, "-CAfile", "roots.pem")
    assert said is None or "erification successful" in said or "Verification: OK" in said, said

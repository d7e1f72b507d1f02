"""Reads signatures back, strictly and without any network, and judges them.

The verdict is pyHanko's (cryptography, chain of trust, difference analysis) and, in check_sealed,
our own rules for what still reads as valid there: a last signature cut off, bytes after the end,
a field refilled or metadata changed in a later revision.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .forms import open_reader
from .loops import run

END_OF_FILE = b'%%EOF'
UNTRUSTED = 'the certificate is not trusted'


@dataclass(frozen=True)
class SignatureReport:
    """What is known of one signature; `problems` is empty exactly if it is `ok`.

    `signing_time` is what the signer's clock said, nothing proven, except for a document time
    stamp; `serial` is the certificate's serial number in hexadecimal.
    """

    field: str
    ok: bool
    covers_whole_file: bool
    signer_name: str | None
    cert_der: bytes | None
    serial: str | None
    byte_range: tuple[int, int, int, int] | None
    problems: tuple[str, ...]
    signing_time: datetime.datetime | None


def validate(pdf: bytes, *, roots: Sequence[bytes]) -> list[SignatureReport]:
    """Report on every signature and document time stamp, in the order they were made.

    `roots` are the DER certificates to trust; with none, nothing is trusted. Nothing is raised: a
    file that can't be read gives one report for the field ''.
    """
    try:
        signatures = list(open_reader(pdf).embedded_signatures)
    except Exception as error:
        return [_failed('', f'the file can not be read: {error}')]
    reports = []
    for signature in signatures:
        name = ''
        try:
            name = signature.field_name
            reports.append(_report(signature, name, roots))
        except Exception as error:
            reports.append(_failed(name, f'{type(error).__name__}: {error}'))
    return reports


def check_sealed(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    expected_fields: Sequence[str],
    foreign_fields: Sequence[str] = (),
    sha256: str | None = None,
) -> list[str]:
    """Return what is wrong with a PDF that we sealed; an empty list means nothing.

    `expected_fields` names all signatures that must be there, in any order, and no others.
    `foreign_fields` are those the PDF came with: they must be there too and be intact, but need
    not be trusted. `sha256` is the hash that was recorded.
    """
    problems = []
    if sha256 is not None and hashlib.sha256(pdf).hexdigest() != sha256:
        problems.append('the file is not the one recorded (SHA-256)')
    if pdf.rpartition(END_OF_FILE)[2].strip(b'\r\n') or END_OF_FILE not in pdf:
        problems.append('there are bytes after the end of the file (%%EOF)')
    reports = validate(pdf, roots=roots)
    found = [report.field for report in reports]
    wanted = {*expected_fields, *foreign_fields}
    for name in sorted(wanted - set(found)):
        problems.append(f'the signature {name!r} is missing')
    for name in sorted(set(found) - wanted):
        problems.append(f'there is an unexpected signature {name!r}')
    if len(set(found)) != len(found):
        problems.append('a signature field occurs twice')
    for report in reports:
        excused = {UNTRUSTED} if report.field in foreign_fields else set()
        problems.extend(f'{report.field}: {p}' for p in report.problems if p not in excused)
    if not reports or not reports[-1].covers_whole_file:
        problems.append('the last signature does not cover the whole file')
    return problems


def _report(signature, name, roots):
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in roots],
        allow_fetching=False,
        revocation_mode='soft-fail',
    )
    stamp = signature.sig_object_type == '/DocTimeStamp'
    check = async_validate_pdf_timestamp if stamp else async_validate_pdf_signature
    status = run(check(signature, context))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    problems = []
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        problems.append('does not cover its whole revision')
    if not status.intact or not status.valid:
        problems.append('does not fit the content')
    if _tampered(status, stamp):
        problems.append('changed afterwards in a way that is not allowed')
    if not stamp and not status.seed_value_ok:
        problems.append("does not keep to its field's conditions")
    if not status.trusted:
        problems.append(UNTRUSTED)
    if _hidden_bytes(signature):
        problems.append('bytes are hidden behind the signature')
    if not stamp and not status.bottom_line and not problems:
        problems.append(f'not acceptable: {status.summary()}')
    certificate = signature.signer_cert
    return SignatureReport(
        field=name,
        ok=not problems,
        covers_whole_file=whole,
        signer_name=certificate.subject.native.get('common_name'),
        cert_der=certificate.dump(),
        serial=f'{certificate.serial_number:x}',
        byte_range=tuple(int(value) for value in signature.byte_range),
        problems=tuple(problems),
        signing_time=status.timestamp if stamp else status.signer_reported_dt,
    )


def _tampered(status, stamp):
    """Whether later revisions did more than what was allowed when this one was signed."""
    if stamp:  # it states no rules of its own; the signatures before it do
        return status.modification_level == ModificationLevel.OTHER
    return not status.docmdp_ok and status.modification_level is not None


def _hidden_bytes(signature):
    """Whether the space kept for the signature holds anything after it; no hash covers that."""
    content = bytes(signature.sig_object.raw_get('/Contents'))
    if content[1:2] == b'\x80':  # indefinite length: we never write it, others may
        return False
    return any(content[_der_size(content) :])


def _der_size(content):
    """Return the size of a DER value from its definite length (X.690, 8.1.3)."""
    first = content[1]
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    return 2 + count + int.from_bytes(content[2 : 2 + count], 'big')


def _failed(field, problem):
    return SignatureReport(field, False, False, None, None, None, None, (problem,), None)

"""Reads signatures back, strictly and without any network, and judges them.

Both of pyHanko's judges have to agree: its validation (cryptography, chain of trust, difference
analysis) and, where a document time stamp is, its engine after ETSI EN 319 102-1 (`longterm`). In
check_sealed come our own rules for what still reads as valid there: a last signature cut off,
bytes after the end, a field refilled or metadata changed in a later revision.
"""

import contextlib
import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .forms import entry, open_reader
from .longterm import judge_signature
from .loops import run
from .structure import LEVELS, check_structure

END_OF_FILE = b'%%EOF'
UNTRUSTED = 'the certificate is not trusted'


@dataclass(frozen=True)
class SignatureReport:
    """What is known of one signature; `problems` is empty exactly if it is `ok`.

    `signing_time` is what the signer's clock said, nothing proven, except for a document time
    stamp; `proven_time` the earliest that a time stamp proves. `serial` is the certificate's
    serial number in hexadecimal. `level` is the PAdES baseline level that both the structure and
    pyHanko's judges grant, one of structure.LEVELS, None for a stamp or where not even B-B holds;
    `level_problems` say why it is no higher. A signature can be ok and yet be no PAdES.
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
    level: str | None = None
    level_problems: tuple[str, ...] = ()
    proven_time: datetime.datetime | None = None
    is_stamp: bool = False


def validate(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
) -> list[SignatureReport]:
    """Report on every signature and document time stamp, in the order they were made.

    `roots` are the DER certificates to trust; with none, nothing is trusted. `stamp_roots` are
    further ones for time stamps alone. `moment` is the time to judge at, now if None. Nothing is
    raised: a file that can't be read gives one report for the field ''.
    """
    try:
        reader = open_reader(pdf)
        signatures = list(reader.embedded_signatures)
        structures = {one.field: one for one in check_structure(pdf)}
        judge = _Judge(reader, structures, roots, stamp_roots, moment)
    except Exception as error:
        return [_failed('', f'the file can not be read: {error}')]
    return [judge.report(signature) for signature in signatures]


def check_sealed(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    expected_fields: Sequence[str],
    foreign_fields: Sequence[str] = (),
    sha256: str | None = None,
    level: str = 'B-B',
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
) -> list[str]:
    """Return what is wrong with a PDF that we sealed; an empty list means nothing.

    `expected_fields` names all signatures and document time stamps that must be there, in any
    order, and no others. `foreign_fields` are those the PDF came with: they must be there too and
    be intact, but need not be trusted. `sha256` is the hash that was recorded. All but the foreign
    must reach `level`. `stamp_roots` and `moment` are as in `validate`.
    """
    problems = []
    if sha256 is not None and hashlib.sha256(pdf).hexdigest() != sha256:
        problems.append('the file is not the one recorded (SHA-256)')
    if pdf.rpartition(END_OF_FILE)[2].strip(b'\r\n') or END_OF_FILE not in pdf:
        problems.append('there are bytes after the end of the file (%%EOF)')
    reports = validate(pdf, roots=roots, stamp_roots=stamp_roots, moment=moment)
    found = [report.field for report in reports]
    wanted = {*expected_fields, *foreign_fields}
    for name in sorted(wanted - set(found)):
        problems.append(f'the signature {name!r} is missing')
    for name in sorted(set(found) - wanted):
        problems.append(f'there is an unexpected signature {name!r}')
    if len(set(found)) != len(found):
        problems.append('a signature field occurs twice')
    for report in reports:
        foreign = report.field in foreign_fields
        excused = {UNTRUSTED} if foreign else set()
        problems.extend(f'{report.field}: {p}' for p in report.problems if p not in excused)
        if not foreign and not report.is_stamp and not _reaches(report.level, level):
            why = '; '.join(report.level_problems)
            problems.append(f'{report.field}: is {report.level or "no PAdES"}, not {level} ({why})')
    if not reports or not reports[-1].covers_whole_file:
        problems.append('the last signature does not cover the whole file')
    return problems


def _reaches(level, wanted):
    return level is not None and LEVELS.index(level) >= LEVELS.index(wanted)


class _Judge:
    """Judges the signatures and document time stamps of one PDF."""

    def __init__(self, reader, structures, roots, stamp_roots, moment):
        self._structures, self._moment = structures, moment
        self._roots, self._stamp_roots = roots, stamp_roots
        self._material = _security_store(reader)
        self._signers = set()
        for signature in reader.embedded_signatures:
            with contextlib.suppress(Exception):  # a damaged one is reported by itself
                self._signers.add(signature.signer_cert.serial_number)
        self._stamps = {}
        # Each stamp proves that the one before it was good when it was made.
        at = moment
        for stamp in reversed(reader.embedded_timestamp_signatures):
            report = self._report_stamp(stamp, at)
            self._stamps[stamp.signed_revision] = report
            at = report.proven_time if report.ok else at

    def report(self, signature) -> SignatureReport:
        """Report on one signature or stamp; raises nothing."""
        if signature.signed_revision in self._stamps:
            return self._stamps[signature.signed_revision]
        name = ''
        try:
            name = signature.field_name
            return self._report_signature(signature, name)
        except Exception as error:
            return _failed(name, f'{type(error).__name__}: {error}')

    def _report_stamp(self, signature, moment):
        name = ''
        try:
            name = signature.field_name
            context = self._context(moment, signature, stamps=True)
            status = run(async_validate_pdf_timestamp(signature, context))
            problems = [*_problems(signature, status, True), *self._structures[name].problems]
            return _made(
                signature,
                status,
                problems,
                signing_time=status.timestamp,
                proven_time=status.timestamp,
                is_stamp=True,
            )
        except Exception as error:
            return _failed(name, f'{type(error).__name__}: {error}')

    def _report_signature(self, signature, name):
        structure = self._structures[name]
        later = [
            report
            for revision, report in sorted(self._stamps.items())
            if revision > signature.signed_revision and report.ok
        ]
        level, reasons = structure.level, list(structure.problems)
        moment, passed = self._moment, False
        if level == 'B-LTA':
            verdict = judge_signature(
                signature, self._roots, self._stamp_roots, moment=self._moment
            )
            passed, why = verdict.passed, verdict.indication
            if passed and later:
                # A certificate that expired after this takes nothing away from the signature.
                moment = later[0].proven_time
        elif level == 'B-LT':
            # The engine proves nothing without a document time stamp: revocation is asked for now.
            passed = self._validated(signature, moment, 'require').bottom_line
            why = 'revocation is not known for all certificates'
        status = self._validated(signature, moment)
        token = status.timestamp_validity
        timely = token is not None and token.valid and token.intact and token.trusted
        if level in ('B-LT', 'B-LTA') and not passed:
            level = 'B-T'
            reasons.append(f'not valid for the long term: {why}')
        if level == 'B-LTA' and not later:
            level = 'B-LT'
            reasons.append('no document time stamp after it is valid')
        if level == 'B-T' and not timely and not later:
            level = 'B-B'
            reasons.append('no time stamp on it is valid')
        times = [token.timestamp] if timely else []
        times += [report.proven_time for report in later]
        return _made(
            signature, status, _problems(signature, status, False),
            signing_time=status.signer_reported_dt,
            proven_time=min(times, default=None),
            level=level,
            level_problems=tuple(reasons),
        )

    def _validated(self, signature, moment, mode='soft-fail'):
        return run(
            async_validate_pdf_signature(
                signature,
                self._context(moment, signature, mode=mode),
                self._context(moment, signature, stamps=True, mode=mode),
            )
        )

    def _context(self, moment, signature, stamps=False, mode='soft-fail'):
        certs, ocsps, crls = self._material
        # pyHanko takes an answer on another signer's certificate for a failed answer on this one.
        others = self._signers - {signature.signer_cert.serial_number}
        ocsps = [answer for answer in ocsps if not others & _asked_for(answer)]
        roots = [*self._roots, *self._stamp_roots] if stamps else self._roots
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in roots],
            other_certs=certs,
            ocsps=ocsps,
            crls=crls,
            moment=moment,
            allow_fetching=False,
            revocation_mode=mode,
        )


def _asked_for(answer):
    """Return the serial numbers that an OCSP answer is about."""
    if answer['response_status'].native != 'successful':
        return set()
    responses = answer.response_data['responses']
    return {one['cert_id']['serial_number'].native for one in responses}


def _security_store(reader):
    """Return the certificates, OCSP answers and lists that the PDF carries, as far as readable."""
    store = entry(reader.root, '/DSS', {})
    found = []
    for key, kind in (
        ('/Certs', x509.Certificate),
        ('/OCSPs', ocsp.OCSPResponse),
        ('/CRLs', crl.CertificateList),
    ):
        values = []
        for stream in entry(store, key, ()):
            with contextlib.suppress(Exception):  # structure.py tells of damaged ones
                value = kind.load(stream.get_object().data, strict=True)
                if value.native is not None:  # reads all of it, so that damage shows here
                    values.append(value)
        found.append(values)
    return found


def _made(signature, status, problems, **facts):
    certificate = signature.signer_cert
    if problems:
        facts['level'] = None
    return SignatureReport(
        field=signature.field_name,
        ok=not problems,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer_name=certificate.subject.native.get('common_name'),
        cert_der=certificate.dump(),
        serial=f'{certificate.serial_number:x}',
        byte_range=tuple(int(value) for value in signature.byte_range),
        problems=tuple(problems),
        **facts,
    )


def _problems(signature, status, stamp):
    problems = []
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        problems.append('does not cover its whole revision')
    if not status.intact or not status.valid:
        problems.append('does not fit the content')
    if _tampered(status, stamp):
        problems.append('changed afterwards in a way that is not allowed')
    if not stamp and not status.seed_value_ok:
        problems.append("does not keep to its field's conditions")
    if status.revoked:
        problems.append('the certificate was revoked')
    elif not status.trusted:
        problems.append(UNTRUSTED)
    token = None if stamp else status.timestamp_validity
    if token is not None and not (token.valid and token.intact):
        problems.append('its time stamp does not fit')
    if _hidden_bytes(signature):
        problems.append('bytes are hidden behind the signature')
    if not stamp and not status.bottom_line and not problems:
        problems.append(f'not acceptable: {status.summary()}')
    return problems


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

"""What is known of one signature in a PDF, as plain values."""

import base64
import dataclasses
import datetime
import hashlib
import re
from dataclasses import dataclass

from .names import SMTP_UTF8_MAILBOX
from .problems import Problem

_EVIDENCE = re.compile(r'evidence:(0|[1-9][0-9]{0,9}):([0-9a-f]{64})')
_TIMES = ('signing_time', 'proven_time')
_PROBLEMS = ('problems', 'level_problems')


@dataclass(frozen=True)
class SignatureReport:
    """What is known of one signature; `problems` is empty exactly if it is `ok`.

    `signing_time` is what the signer's clock said, nothing proven, except for a document time
    stamp; `proven_time` the earliest that a time stamp proves. `serial` is the certificate's
    serial number in hexadecimal. `level` is the PAdES baseline level that both the structure and
    pyHanko's judges grant, one of structure.LEVELS, None for a stamp or where not even B-B holds;
    `level_problems` say why it is no higher. A signature can be ok and yet be no PAdES.

    `cert_sha256` is the certificate's fingerprint, `root_sha256` that of the root it is trusted by,
    None if it isn't. `revision_sha256` is the SHA-256 of the file as it was when this signature was
    made. `evidence` is the state of the evidence log, (count, head), that was signed with it.
    """

    field: str
    ok: bool
    covers_whole_file: bool
    signer_name: str | None
    cert_der: bytes | None
    serial: str | None
    byte_range: tuple[int, int, int, int] | None
    problems: tuple[Problem, ...]
    signing_time: datetime.datetime | None
    level: str | None = None
    level_problems: tuple[Problem, ...] = ()
    proven_time: datetime.datetime | None = None
    is_stamp: bool = False
    organisation: str | None = None
    issuer: str | None = None
    email: str | None = None
    cert_sha256: str | None = None
    root_sha256: str | None = None
    revision_sha256: str | None = None
    evidence: tuple[int, str] | None = None

    def but(self, **facts) -> 'SignatureReport':
        """Return the same report with other facts."""
        return dataclasses.replace(self, **facts)


def plain(report: SignatureReport) -> dict:
    """Return the report as values that JSON knows; `from_plain` is its inverse."""
    values = dict(vars(report))
    for name in _TIMES:
        values[name] = values[name] and values[name].isoformat()
    for name in _PROBLEMS:
        values[name] = [plain_problem(problem) for problem in values[name]]
    if report.cert_der is not None:
        values['cert_der'] = base64.b64encode(report.cert_der).decode('ascii')
    return values


def from_plain(values: dict) -> SignatureReport:
    """Return the report that `plain` took apart."""
    values = dict(values)
    for name in _TIMES:
        values[name] = values[name] and datetime.datetime.fromisoformat(values[name])
    for name in _PROBLEMS:
        values[name] = tuple(Problem(*parts) for parts in values[name])
    for name in ('byte_range', 'evidence'):
        values[name] = values[name] and tuple(values[name])
    if values['cert_der'] is not None:
        values['cert_der'] = base64.b64decode(values['cert_der'])
    return SignatureReport(**values)


def plain_problem(problem: Problem) -> list:
    """Return the arguments that make the problem."""
    return [problem.code, str(problem), problem.field]


def failed(field: str, problem: Problem) -> SignatureReport:
    """Return the report on a signature of which nothing else can be said."""
    return SignatureReport(field, False, False, None, None, None, None, (problem,), None)


def facts_of(signature, pdf: bytes) -> dict:
    """Return the fields of a report that can be read off a signature, whether it is good or not.

    Raises whatever a damaged one makes its readers raise.
    """
    certificate = signature.signer_cert
    subject, der = certificate.subject.native, certificate.dump()
    byte_range = tuple(int(value) for value in signature.byte_range)
    end = byte_range[2] + byte_range[3]
    return {
        'field': signature.field_name,
        'signer_name': _text(subject.get('common_name')),
        'organisation': _text(subject.get('organization_name')),
        'issuer': _name(certificate.issuer),
        'email': _email(certificate),
        'cert_der': der,
        'cert_sha256': hashlib.sha256(der).hexdigest(),
        'serial': f'{certificate.serial_number:x}',
        'byte_range': byte_range,
        'revision_sha256': hashlib.sha256(memoryview(pdf)[:end]).hexdigest(),
        'evidence': _evidence(signature, certificate),
    }


def _text(value):
    """Return a part of a name as text; a name may hold it several times."""
    if isinstance(value, list | tuple):
        return ', '.join(map(str, value))
    return None if value is None else str(value)


def _name(name):
    native = name.native
    parts = ('common_name', 'organization_name', 'country_name')
    return ', '.join(filter(None, (_text(native.get(part)) for part in parts))) or None


def _alternatives(certificate):
    extension = certificate.subject_alt_name_value
    return list(extension or ())


def _email(certificate):
    for name in _alternatives(certificate):
        if name.name == 'rfc822_name':
            return name.native
        if name.name == 'other_name':
            other = name.chosen
            if other['type_id'].dotted == SMTP_UTF8_MAILBOX.dotted_string:
                return other['value'].parsed.native
    return _text(certificate.subject.native.get('email_address'))


def _evidence(signature, certificate):
    """Return the log's state from the certificate, or from /ContactInfo where others issued it."""
    found = [
        match
        for name in _alternatives(certificate)
        if name.name == 'uniform_resource_identifier'
        if (match := _EVIDENCE.fullmatch(name.native))
    ]
    if not found:
        contact = signature.sig_object.get('/ContactInfo', '')
        found = list(_EVIDENCE.finditer(str(contact)))
    if len(found) != 1:
        return None
    return int(found[0][1]), found[0][2]

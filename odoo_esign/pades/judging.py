"""Judges the signatures and document time stamps of one PDF that could be opened."""

import contextlib

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .answer_guard import LENIENT
from .differences import Remembered
from .forms import entry
from .longterm import judge_signature
from .loops import run
from .problems import Problem
from .reports import SignatureReport, facts_of, failed
from .structure import check_structure
from .usage import signing_usage

UNTRUSTED = 'untrusted'

_WHY_UNTRUSTED = {
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: (
        'usage',
        'the certificate is not for signing documents',
    ),
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: (
        'expired',
        'the certificate was not valid at the time that can be proven',
    ),
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: ('weak', 'the algorithms used are too weak'),
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: (
        'weak',
        'the algorithms used are too weak by now',
    ),
}


class Judge:
    """Judges the signatures and document time stamps of one PDF."""

    def __init__(self, reader, pdf, roots, stamp_roots, moment):
        self._pdf, self._moment = pdf, moment
        self._structures = {one.field: one for one in check_structure(pdf)}
        self._roots, self._stamp_roots = roots, stamp_roots
        self._material = _security_store(reader)
        self._differences = Remembered(reader)
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
            return _unreadable(name, error)

    @property
    def is_stamped(self) -> bool:
        """Whether there is a document time stamp, good or not."""
        return bool(self._stamps)

    @staticmethod
    def is_upkeep(signature) -> bool:
        """Whether all that came after a signature, which was judged, serves to judge it longer."""
        result = signature.diff_result
        level = getattr(result, 'modification_level', ModificationLevel.OTHER)
        return level <= ModificationLevel.LTA_UPDATES

    def _report_stamp(self, signature, moment):
        name = ''
        try:
            name = signature.field_name
            context = self._context(moment, stamps=True)
            status = run(
                async_validate_pdf_timestamp(signature, context, diff_policy=self._differences)
            )
            problems = _problems(signature, status, True)
            problems += [Problem('structure', p, name) for p in self._structures[name].problems]
            return self._made(
                signature,
                status,
                problems,
                signing_time=status.timestamp,
                proven_time=status.timestamp,
                is_stamp=True,
            )
        except Exception as error:
            return _unreadable(name, error)

    def _report_signature(self, signature, name):
        structure = self._structures[name]
        later = [
            report
            for revision, report in sorted(self._stamps.items())
            if revision > signature.signed_revision and report.ok
        ]
        why_not = self._why_not_long_term(signature, structure.level)
        moment = self._moment
        if structure.level == 'B-LTA' and not why_not and later:
            # A certificate that expired after this takes nothing away from the signature.
            moment = later[0].proven_time
        status = self._validated(signature, moment)
        token = status.timestamp_validity
        timely = token is not None and token.valid and token.intact and token.trusted
        level, reasons = self._level(name, why_not, timely, later)
        times = [token.timestamp] if timely else []
        times += [report.proven_time for report in later]
        return self._made(
            signature,
            status,
            _problems(signature, status, False),
            signing_time=status.signer_reported_dt,
            proven_time=min(times, default=None),
            level=level,
            level_problems=tuple(reasons),
        )

    def _why_not_long_term(self, signature, level):
        """Return why a signature does not hold for the long term, '' if it does or need not."""
        if level == 'B-LTA':
            verdict = judge_signature(
                signature,
                self._roots,
                self._stamp_roots,
                moment=self._moment,
                differences=self._differences,
            )
            return '' if verdict.passed else verdict.indication
        if level == 'B-LT':
            # The engine proves nothing without a document time stamp: revocation is asked for now.
            status = self._validated(signature, self._moment, 'require')
            return '' if status.bottom_line else 'revocation is not known for all certificates'
        return ''

    def _level(self, name, why_not, timely, later):
        """Return the level that a signature really has, and why not that of its structure.

        `timely` tells of a valid time stamp on it, `later` are the valid ones after it.
        """
        structure = self._structures[name]
        level = structure.level
        reasons = [Problem('structure', text, name) for text in structure.problems]
        if why_not:
            level = 'B-T'
            reasons.append(Problem('long_term', f'not valid for the long term: {why_not}', name))
        if level == 'B-LTA' and not later:
            level = 'B-LT'
            text = 'no document time stamp after it is valid'
            reasons.append(Problem('no_stamp_after', text, name))
        if level == 'B-T' and not timely and not later:
            level = 'B-B'
            reasons.append(Problem('no_stamp', 'no time stamp on it is valid', name))
        return level, reasons

    def _made(self, signature, status, problems, **facts):
        if problems:
            facts['level'] = None
        path = status.validation_path if status.trusted else None
        root = path.first.sha256.hex() if path else None
        return SignatureReport(
            ok=not problems,
            problems=tuple(problems),
            covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            root_sha256=root,
            **facts_of(signature, self._pdf),
            **facts,
        )

    def _validated(self, signature, moment, mode='soft-fail'):
        return run(
            async_validate_pdf_signature(
                signature,
                self._context(moment, mode=mode),
                self._context(moment, stamps=True, mode=mode),
                key_usage_settings=signing_usage(signature.signer_cert),
                diff_policy=self._differences,
            )
        )

    def _context(self, moment, stamps=False, mode='soft-fail'):
        certs, ocsps, crls = self._material
        roots = [*self._roots, *self._stamp_roots] if stamps else self._roots
        policy = LENIENT if stamps and self._stamp_roots and mode == 'soft-fail' else None
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in roots],
            other_certs=certs,
            ocsps=ocsps,
            crls=crls,
            moment=moment,
            allow_fetching=False,
            revocation_mode=mode,
            revinfo_policy=policy,
        )


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


def _problems(signature, status, stamp):
    problems = []
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION or not _contiguous(signature):
        problems.append(('coverage', 'does not cover its whole revision'))
    if not status.intact or not status.valid:
        problems.append(('altered', 'does not fit the content'))
    if _tampered(status, stamp):
        problems.append(('changed', 'changed afterwards in a way that is not allowed'))
    if not stamp and not status.seed_value_ok:
        problems.append(('conditions', "does not keep to its field's conditions"))
    if status.revoked:
        problems.append(('revoked', 'the certificate was revoked'))
    elif not status.trusted and status.intact and status.valid:
        unknown = (UNTRUSTED, 'the certificate is not trusted')
        problems.append(_WHY_UNTRUSTED.get(status.trust_problem_indic, unknown))
    token = None if stamp else status.timestamp_validity
    if token is not None and not (token.valid and token.intact):
        problems.append(('stamp', 'its time stamp does not match'))
    if _hidden_bytes(signature):
        problems.append(('hidden', 'bytes are hidden behind the signature'))
    if token is not None and not token.trusted and not problems:
        problems.append(('stamp_untrusted', 'the time stamp on it is not trusted'))
    if not stamp and not status.bottom_line and not problems:
        problems.append(('not_acceptable', f'not acceptable: {status.summary()}'))
    return [Problem(code, text, signature.field_name) for code, text in problems]


def _contiguous(signature):
    """Whether the byte range leaves out exactly the signature; pyHanko only adds lengths up."""
    start, length, rest, _rest_length = map(int, signature.byte_range)
    return start == 0 and rest - length == 2 * len(signature.pkcs7_content) + 2


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


def _unreadable(name, error):
    return failed(name, Problem('unreadable', f'{type(error).__name__}: {error}', name))

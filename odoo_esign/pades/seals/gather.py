"""Gets what is to be known of certificates that the built-in authority didn't issue.

Whether they are revoked is asked of their own authorities: by OCSP (RFC 6960), else by a list
(RFC 5280). pyHanko's validator does the asking and checks every answer: signed by whom it has to
be, fresh, and about the right certificate.
"""

import asyncio
import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from asn1crypto import ocsp, x509
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    CertificateFetchError,
    InsufficientRevinfoError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.fetchers.api import FetchLimits

from ..authority import Authority
from ..errors import RevocationFailed, SealRefused
from ..forms import open_reader
from ..loops import run
from ..revocation import Material
from ..words import _lt
from .web import LimitedResponse, TimedSession

MAX_ANSWER_BYTES = 10 * 1024 * 1024
"""Lists of large authorities have several megabytes; all of it ends in the PDF."""

PAUSE = 1.1
"""Seconds after the last time stamp from which an answer is younger: both tell whole ones."""

SOON = datetime.timedelta(hours=2)
"""So long before its next answer an authority is worth waiting for."""


def gather(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    stamp_roots: Sequence[bytes] = (),
    authorities: Sequence[Authority] = (),
    timeout: float = 10,
) -> Material:
    """Return what a reader needs to judge the outside certificates in a signed PDF, offline.

    `roots` are the DER certificates that signatures lead to, `stamp_roots` further ones for time
    stamps; what the built-in `authorities` issued is left out. `timeout` are the seconds that
    each request may take. Raises SealRefused with the code 'revoked', 'chain', or
    'no_revocation' for a certificate that names nobody to ask, and RevocationFailed.
    """
    signatures = list(open_reader(pdf).embedded_regular_signatures)
    last = max(map(_stamped_at, signatures), default=None, key=lambda when: when or _NEVER)
    own = {der for one in authorities for der in (one.root_cert, one.issuing_cert, one.tsa_cert)}
    issuers = {x509.Certificate.load(one.issuing_cert).subject.hashable for one in authorities}
    asked = []
    for signature in signatures:
        others = _certificates(signature.signed_data)
        if signature.signer_cert.issuer.hashable not in issuers:
            asked.append(_Question(signature.signer_cert, others, tuple(roots), False))
        for token in extract_tst_data_iter(signature.signer_info, signed=False):
            asked.append(_stamp_question(token, (*roots, *stamp_roots)))
    for stamp in open_reader(pdf).embedded_timestamp_signatures:
        asked.append(_stamp_question(stamp.signed_data, (*roots, *stamp_roots)))
    asked = {one.certificate.sha256: one for one in asked if one.certificate.dump() not in own}
    return run(_answers(list(asked.values()), timeout, last))


def gather_last_stamp(
    pdf: bytes,
    *,
    stamp_roots: Sequence[bytes],
    authorities: Sequence[Authority] = (),
    timeout: float = 10,
) -> Material:
    """Return what is to be known of the last document time stamp, before another one covers it.

    What came before was asked in its own time; certificates may have ended since. The arguments
    and errors are those of `gather`.
    """
    stamps = list(open_reader(pdf).embedded_timestamp_signatures)
    own = {one.tsa_cert for one in authorities}
    asked = [_stamp_question(one.signed_data, tuple(stamp_roots)) for one in stamps[-1:]]
    asked = [one for one in asked if one.certificate.dump() not in own]
    return run(_answers(asked, timeout)) if asked else Material()


@dataclass(frozen=True)
class _Question:
    certificate: x509.Certificate
    others: list
    roots: tuple
    stamper: bool

    @property
    def name(self):
        names = self.certificate.subject.native
        return str(names.get('common_name') or self.certificate.subject.human_friendly)


def _stamp_question(signed_data, roots):
    sid = signed_data['signer_infos'][0]['sid']
    others = _certificates(signed_data)
    own = next(one for one in others if _is_named(one, sid))
    return _Question(own, others, roots, True)


def _is_named(certificate, sid):
    """Return whether a signer is this one; numbers are unique with one issuer alone."""
    if sid.name == 'subject_key_identifier':
        return certificate.key_identifier == sid.chosen.native
    issuer, number = sid.chosen['issuer'], sid.chosen['serial_number'].native
    return certificate.serial_number == number and certificate.issuer == issuer


def _certificates(signed_data):
    return [one.chosen for one in signed_data['certificates'] if one.name == 'certificate']


_NEVER = datetime.datetime.min.replace(tzinfo=datetime.timezone.utc)


def _stamped_at(signature):
    """Return when a signature was stamped, or None."""
    times = [
        token['encap_content_info']['content'].parsed['gen_time'].native
        for token in extract_tst_data_iter(signature.signer_info, signed=False)
    ]
    return min(times, default=None)


async def _answers(questions, timeout, after=None):
    """Ask about each; `after` is the time that the answers have to be younger than."""
    found = Material()
    if questions and after:
        now = datetime.datetime.now(datetime.timezone.utc)
        wait = PAUSE - (now - after.replace(microsecond=0)).total_seconds()
        if 0 < wait < 2 * PAUSE:
            await asyncio.sleep(wait)
    async with aiohttp.ClientSession(
        response_class=LimitedResponse.of(MAX_ANSWER_BYTES), trust_env=True
    ) as session:
        for question in questions:
            answer = await _answer(question, TimedSession(session), timeout)
            if after and not question.stamper:
                _check_age(question, answer, after)
            found += answer
    return found


def _check_age(question, answer, after):
    """Raise RevocationFailed for an answer that is older than the signature, if a new one is near.

    It does not show that the certificate was good when it was used, once that has expired.
    """
    for response in (ocsp.OCSPResponse.load(der).response_data for der in answer.ocsps):
        for single in response['responses']:
            if single['cert_id']['serial_number'].native != question.certificate.serial_number:
                continue
            until = single['next_update'].native
            now = datetime.datetime.now(datetime.timezone.utc)
            if single['this_update'].native < after and until and now < until < now + SOON:
                raise _failure(question, _lt('its authority has no new answer yet'))


def _fetching(question, session, timeout):
    """Return what lets pyHanko ask whoever the certificates name."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in question.roots],
        other_certs=question.others,
        allow_fetching=True,
        fetcher_backend=AIOHttpFetcherBackend(
            session, per_request_timeout=timeout, limits=FetchLimits(max_requests=20)
        ),
        # A stamper's authority may keep no lists; readers are content with that.
        revocation_mode='hard-fail' if question.stamper else 'require',
        time_tolerance=datetime.timedelta(seconds=30),
    )


async def _answer(question, session, timeout):
    context = _fetching(question, session, timeout)
    validator = CertificateValidator(
        question.certificate, question.others, validation_context=context
    )
    try:
        path = await asyncio.wait_for(validator.async_validate_path(), 6 * timeout)
    except RevokedError as error:
        when = error.revocation_dt
        text = _lt(
            'the certificate of “%(name)s” was revoked on %(when)s',
            name=question.name,
            when=f'{when:%Y-%m-%d}',
        )
        raise SealRefused(text, 'revoked') from None
    except (InsufficientRevinfoError, CertificateFetchError):
        raise _failure(
            question, _lt('its authority does not answer, or gives an unusable answer')
        ) from None
    except (PathBuildingError, ValidationError) as error:
        text = _lt(
            'the certificate of “%(name)s” does not lead to its root (%(why)s)',
            name=question.name,
            why=_line(error),
        )
        raise SealRefused(text, 'chain') from None
    except (TimeoutError, asyncio.TimeoutError):
        raise _failure(question, _lt('no answer in time')) from None
    return _material(path, context)


def _failure(question, reason):
    if not question.stamper and not _may_be_asked(question.certificate):
        text = _lt(
            'the certificate of “%(name)s” names no service to ask whether it is revoked',
            name=question.name,
        )
        return SealRefused(text, 'no_revocation')
    return RevocationFailed(
        _lt(
            'there is no way at the moment to find out whether the certificate of “%(name)s” is '
            'revoked: %(why)s',
            name=question.name,
            why=reason,
        )
    )


def _line(reason):
    return ' '.join(str(reason).split())[:300]


def _may_be_asked(certificate):
    return bool(certificate.ocsp_urls or certificate.crl_distribution_points)


def _material(path, context):
    """Return the certificates of a path and of those who answered, and their answers."""
    certificates = {one.dump(): None for one in path.iter_certs(include_root=True)}
    for answer in context.ocsps:
        for one in answer.basic_ocsp_response['certs'] or ():
            certificates[one.dump()] = None
    return Material(
        certs=tuple(certificates),
        ocsps=tuple(one.dump() for one in context.ocsps),
        crls=tuple(one.dump() for one in context.crls),
    )

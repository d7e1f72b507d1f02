"""Judges OCSP answers (RFC 6960) where pyhanko-certvalidator 0.33 makes too much of them.

1. It takes an answer about *another* certificate of the same issuer for an answer about this one
   that failed. An old answer about this one is then no longer 'stale', which lets the proofs in
   the document decide, but a failure of the whole chain. A document whose signer and time stamper
   have one issuing authority could not be judged any more as soon as the answers had aged. What is
   about another certificate (4.1.1, CertID) is left out here before anything is made of it.
2. Where answers count however old (LENIENT), whoever gave one need not have a valid certificate
   still; those of responders often last for weeks. It had to be valid when the answer was given.
"""

import copy
import datetime
import functools
import logging

from pyhanko_certvalidator.ltv.types import ValidationTimingInfo, ValidationTimingParams
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
)
from pyhanko_certvalidator.revinfo import validate_ocsp
from pyhanko_certvalidator.revinfo.manager import RevinfoManager
from pyhanko_certvalidator.version import __version__ as installed

_logger = logging.getLogger(__name__)

KNOWN = ('0.33.',)
"""Versions whose source was read."""

LENIENT = CertRevTrustPolicy(
    RevocationCheckingPolicy.from_legacy('soft-fail'),
    freshness=datetime.timedelta(days=100 * 365),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)
"""For outside stampers, some of whom publish nothing: what the PDF carries counts, however old.

Nobody is asked offline, and an answer must not make a stamp worse off than none would.
"""


def apply() -> bool:
    """Put the guards in place; return whether they are.

    Idempotent. Versions of the validator other than those known are left alone.
    """
    if is_applied():
        return True
    if not installed.startswith(KNOWN):
        _logger.warning('pyhanko-certvalidator %s judges OCSP answers its own way', installed)
        return False
    for place, name, guarded in _GUARDS:
        setattr(place, name, guarded(getattr(place, name)))
    return True


def is_applied() -> bool:
    """Return whether the guards are in place."""
    return all(hasattr(getattr(place, name, None), 'unguarded') for place, name, _new in _GUARDS)


def remove():
    """Take the guards away again (for tests)."""
    if is_applied():
        for place, name, _guarded in _GUARDS:
            setattr(place, name, getattr(place, name).unguarded)


def _about_this_one(retrieve):
    @functools.wraps(retrieve)
    async def guarded(self, cert, authority):
        answers = await retrieve(self, cert, authority)
        number = getattr(cert, 'serial_number', None)  # attribute certificates have it elsewhere
        return [one for one in answers if number is None or _is_about(one, number)]

    guarded.unguarded = retrieve
    return guarded


def _is_about(answer, number):
    single = answer.extract_single_response()
    return single is not None and single['cert_id']['serial_number'].native == number


def _at_its_time(check):
    @functools.wraps(check)
    async def guarded(responder_cert, *, ocsp_response, validation_context, **options):
        given = ocsp_response.issuance_date
        if validation_context.revinfo_policy == LENIENT and given:
            validation_context = _at(validation_context, given)
        return await check(
            responder_cert,
            ocsp_response=ocsp_response,
            validation_context=validation_context,
            **options,
        )

    guarded.unguarded = check
    return guarded


def _at(context, moment):
    """Return the same context, judging at another moment."""
    context = copy.copy(context)
    context.timing_params = ValidationTimingParams(
        ValidationTimingInfo(moment, moment, point_in_time_validation=True),
        time_tolerance=context.time_tolerance,
    )
    return context


_GUARDS = (
    (RevinfoManager, 'async_retrieve_ocsps', _about_this_one),
    (validate_ocsp, '_check_ocsp_authorisation', _at_its_time),
)

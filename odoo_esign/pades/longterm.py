"""Judges signatures with pyHanko's engine after ETSI EN 319 102-1, offline and at any moment.

The engine decides whether a signature holds up once its certificate has expired (5.6.3). It says
nothing of changes made to the PDF afterwards: that is `validate`'s part.
"""

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from .answer_guard import LENIENT
from .differences import Remembered
from .errors import PadesError
from .forms import open_reader
from .loops import run
from .usage import SIGNING_USAGE
from .words import _lt

# The results say all of it; logged as well, each indication weighed on the way is a traceback.
logging.getLogger('pyhanko.sign.validation').setLevel(logging.CRITICAL)
logging.getLogger('pyhanko_certvalidator').setLevel(logging.WARNING)


@dataclass(frozen=True)
class Verdict:
    """What the engine says of one signature.

    `indication` is a (sub-)indication of ETSI EN 319 102-1, 'TOTAL_PASSED' or for example
    'NO_POE'; `signing_time` the earliest proven time at which the signature existed.
    """

    field: str
    passed: bool
    indication: str
    reason: str
    signing_time: datetime.datetime | None


def judge(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
    maintained: bool = False,
) -> list[Verdict]:
    """Return the engine's verdict on every signature, in the order they were made.

    `roots` are the DER certificates to trust, `stamp_roots` further ones for time stamps alone
    (external stampers: their revocation is asked for only where the PDF carries it). `moment` is
    the time to judge at, now if None; with `maintained` it is assumed that document time stamps
    are renewed until then. Nothing is fetched. Raises PadesError for a PDF that can't be read.
    """
    try:
        signatures = list(open_reader(pdf).embedded_regular_signatures)
    except PadesError:
        raise
    except Exception as error:
        raise PadesError(
            _lt('the file cannot be read: %(error)s', error=error), 'broken'
        ) from error
    differences = Remembered(signatures[0].reader) if signatures else None
    options = {'moment': moment, 'maintained': maintained, 'differences': differences}
    return [judge_signature(one, roots, stamp_roots, **options) for one in signatures]


def judge_signature(
    signature, roots, stamp_roots=(), *, moment=None, maintained=False, differences=None
) -> Verdict:
    """Judge one embedded signature as `judge` does; raises nothing.

    `differences` is a policy for the analysis of later revisions, pyHanko's default if None.
    """
    field = signature.field_name
    spec = _spec(roots, stamp_roots, differences or DEFAULT_DIFF_POLICY)
    try:
        result = run(_judge(signature, spec, moment, maintained))
    except Exception as error:  # a broken time stamp or DSS ends in errors of any kind
        return Verdict(field, False, 'FORMAT_FAILURE', f'{type(error).__name__}: {error}', None)
    passed = result.ades_subindic == AdESPassed.OK
    indication = 'TOTAL_PASSED' if passed else result.ades_subindic.name
    time = result.best_signature_time if passed else None
    return Verdict(field, passed, indication, str(result.failure_msg or ''), time)


async def _judge(signature, spec, moment, maintained):
    if maintained:
        return await ades.simulate_future_ades_lta_validation(signature, spec, moment)
    timing = moment and ValidationTimingInfo(moment, moment, point_in_time_validation=True)
    return await ades.ades_lta_validation(signature, spec, timing_info=timing)


def _spec(roots, stamp_roots, differences):
    """Trust these roots alone, ask for revocation everywhere, and never use the network."""
    gathering = RevocationInfoGatheringSpec(
        online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
        certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
    )
    stamps = None
    if stamp_roots:
        stamps = _trust([*roots, *stamp_roots], LENIENT)
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=_trust(roots, CertRevTrustPolicy(REQUIRE_REVINFO)),
            ts_cert_validation_policy=stamps,
            revinfo_gathering_policy=gathering,
            key_usage_settings=SIGNING_USAGE,
        ),
        diff_policy=differences,
    )


def _trust(roots, revocation):
    certificates = [x509.Certificate.load(der) for der in roots]
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(certificates),
        revinfo_policy=revocation,
    )

"""Tries a seal out, as it is used for a document."""

import datetime
from dataclasses import dataclass

from ..fields import freeze
from ..finalise import STAMP_FIELD, finalise
from ..plan import SealPlan
from ..seal import certify
from ..validate import check_sealed
from .check import load

FIELD = 'company'


@dataclass(frozen=True)
class Trial:
    """What came of it: the PDF, what is wrong with it now, and once the certificate has ended."""

    pdf: bytes
    problems: tuple[str, ...]
    later: tuple[str, ...]
    ends: datetime.datetime


def try_out(pdf: bytes, plan: SealPlan, *, title: str = '') -> Trial:
    """Sign and stamp a PDF with the seal, and read it back; raises PadesError."""
    frozen = freeze(pdf, [], title=title)
    with plan.open() as signer:
        sealed = certify(
            frozen, signer, field=FIELD, contact=plan.contact, timestamper=plan.stamper
        )
    final = finalise(
        sealed.pdf,
        authorities=plan.authorities,
        stamper=plan.stamper,
        extra=plan.material(sealed.pdf),
    )
    ends = load(sealed.cert_der).not_valid_after_utc
    later = ends + datetime.timedelta(days=1)
    return Trial(
        final.pdf, _problems(final.pdf, plan), _problems(final.pdf, plan, moment=later), ends
    )


def _problems(pdf, plan, **options):
    return tuple(
        check_sealed(
            pdf,
            roots=plan.roots,
            stamp_roots=plan.stamp_roots,
            expected_fields=[FIELD, f'{STAMP_FIELD}1'],
            level='B-LTA',
            **options,
        )
    )

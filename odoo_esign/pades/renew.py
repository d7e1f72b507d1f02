"""Puts another document time stamp on a long-term PDF before the last one ages."""

import datetime
from collections.abc import Mapping, Sequence

from .authority import Authority
from .errors import PdfRefused
from .finalise import add_stamp
from .forms import guarded, open_writer
from .revocation import Material, concerned, material
from .seal import Sealed
from .words import _lt


@guarded
def renew(
    pdf: bytes,
    *,
    authorities: Sequence[Authority],
    stamper,
    extra: Material = Material(),  # noqa: B008 - immutable
    root_crls: Mapping[bytes, bytes] | None = None,
    revoked: Mapping[int, datetime.datetime] | None = None,
    now: datetime.datetime | None = None,
) -> Sealed:
    """Return the PDF with what is known of its last stamp's certificates, and a further stamp.

    That is how ETSI EN 319 142-1, 5.4.3 extends the time for which it can be judged. The
    arguments are those of `finalise`; what the DSS says of the signatures stays as it is. Raises
    PdfRefused for a PDF without a document time stamp, and StampFailed.
    """
    writer = open_writer(pdf)
    stamps = list(writer.prev.embedded_timestamp_signatures)
    if not stamps:
        raise PdfRefused(_lt('there is no document time stamp to renew'), 'unstamped')
    certs = [choice.chosen.dump() for choice in stamps[-1].signed_data['certificates']]
    found = extra + Material(certs=tuple(certs))
    for authority in concerned(authorities, (), [*certs, getattr(stamper, 'cert_der', None)]):
        list_before = (root_crls or {}).get(authority.root_cert)
        found += material(authority, crl=list_before, revoked=revoked, now=now)
    return add_stamp(writer, found, stamper)

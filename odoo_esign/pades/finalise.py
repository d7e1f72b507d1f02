"""Brings all signatures of a PDF to the long-term level (PAdES B-LTA) in one revision.

One document security store (DSS, ETSI EN 319 142-1, 5.4.2) holds what a reader needs to judge
every signature offline, one document time stamp (5.4.3) covers it. pyHanko's own way brings only
the last signature there.
"""

import datetime
from collections.abc import Mapping, Sequence

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from .authority import Authority
from .errors import PdfRefused, StampFailed
from .forms import finished, guarded, open_writer, terminals
from .loops import run
from .revocation import Material, concerned, material
from .seal import TIMESTAMP_BYTES, Sealed, read_sealed, signer_certificate
from .words import _lt

STAMP_FIELD = 'archive_'
"""Document time stamps are signature fields 'archive_1', 'archive_2' …"""


@guarded
def finalise(
    pdf: bytes,
    *,
    authorities: Sequence[Authority],
    stamper,
    extra: Material = Material(),  # noqa: B008 - immutable
    root_crls: Mapping[bytes, bytes] | None = None,
    revoked: Mapping[int, datetime.datetime] | None = None,
    now: datetime.datetime | None = None,
) -> Sealed:
    """Return the PDF with one DSS for all signatures and one document time stamp.

    `authorities` are those that may have issued the signers' certificates and the built-in stamps;
    `stamper` is a LocalStamper or StampServers. `extra` is what is known of certificates of
    others (an own PKCS #12, an external stamper). `root_crls` maps root certificates to lists
    made before, so that the root's key is not needed. The result's `cert_der` is the stamper's.

    Raises PdfRefused for a PDF without signatures, and StampFailed.
    """
    writer = open_writer(pdf)
    signatures = list(writer.prev.embedded_regular_signatures)
    if not signatures:
        raise PdfRefused(_lt('there is no signature to preserve'), 'unsigned')
    leaves = [signer_certificate(signature.signed_data) for signature in signatures]
    tokens = _tokens_certificates(signatures)
    found = extra + tokens
    stampers = [*tokens.certs, getattr(stamper, 'cert_der', None)]
    for authority in concerned(authorities, leaves, stampers):
        list_before = (root_crls or {}).get(authority.root_cert)
        found += material(authority, leaves, crl=list_before, revoked=revoked, now=now)
    return add_stamp(writer, found, stamper)


def add_stamp(writer, found: Material, stamper) -> Sealed:
    """Add to the DSS and put a document time stamp on the result, in the writer's revision."""
    _add_to_dss(writer, found)
    taken = {terminal.name for terminal in terminals(writer)}
    number = next(n for n in range(1, len(taken) + 2) if f'{STAMP_FIELD}{n}' not in taken)
    name = f'{STAMP_FIELD}{number}'
    size = getattr(stamper, 'token_bytes', TIMESTAMP_BYTES)
    try:
        run(
            PdfTimeStamper(stamper, field_name=name).async_timestamp_pdf(
                writer, 'sha256', bytes_reserved=2 * size, in_place=True
            )
        )
    except OSError as error:  # pyHanko's TimestampRequestError
        raise StampFailed(
            _lt('no time stamp could be obtained: %(error)s', error=error), 'unreachable'
        ) from error
    except SigningError as error:
        raise PdfRefused(
            _lt('cannot be stamped: %(error)s', error=error), 'not_signable'
        ) from error
    return read_sealed(finished(writer), name)


def _add_to_dss(writer, found):
    """Write no VRI dictionaries: the signatures share everything, and readers need none."""
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in found.certs],
        ocsps=[ocsp.OCSPResponse.load(der) for der in found.ocsps],
        crls=[crl.CertificateList.load(der) for der in found.crls],
    )


def _tokens_certificates(signatures):
    """Return the certificates that the signatures' own time stamps came with."""
    certs = {}
    for signature in signatures:
        for token in extract_tst_data_iter(signature.signer_info, signed=False):
            for choice in token['certificates']:
                certs[choice.chosen.dump()] = None
    return Material(certs=tuple(certs))

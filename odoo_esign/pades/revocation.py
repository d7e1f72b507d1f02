"""Says of the authority's certificates that they are not revoked: OCSP answers and CRLs.

The rules kept, each learned from a validator that called the result indeterminate: leaves get an
OCSP answer by the delegated responder (one signed by the issuer has no proof of existence, and a
CRL alone fails once the leaf has expired); its nextUpdate is the leaf's notAfter (earlier it is
stale when a second signature is judged, much later it is out of bounds). In the same way the root's
list runs exactly until the time stamping certificate ends: with 30 days, an older document time
stamp can't be judged offline any more; running on, it can't be judged once its certificate ended.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509 import ocsp

from .authority import Authority
from .errors import KeystoreError
from .words import _lt


@dataclass(frozen=True)
class Material:
    """What a reader needs to judge certificates offline (all DER): for the DSS of a PDF."""

    certs: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    def __add__(self, other: 'Material') -> 'Material':
        """Return both, each item once."""
        return Material(
            *(
                tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name))))
                for name in ('certs', 'ocsps', 'crls')
            )
        )


def ocsp_answer(
    authority: Authority,
    leaf: bytes,
    *,
    revoked: datetime.datetime | None = None,
    now: datetime.datetime | None = None,
) -> bytes:
    """Return the answer (RFC 6960) on a leaf, signed by the delegated responder.

    `revoked` is when the leaf was revoked, None if it wasn't. Raises ValueError if the authority
    didn't issue the leaf.
    """
    certificate = x509.load_der_x509_certificate(leaf)
    issuer = x509.load_der_x509_certificate(authority.issuing_cert)
    responder = x509.load_der_x509_certificate(authority.ocsp_cert)
    if not is_issued_by(certificate, issuer):
        raise ValueError('the certificate is of another authority')
    if not authority.ocsp_key:
        raise KeystoreError(
            _lt("this authority's keys were destroyed: it no longer answers"), 'destroyed'
        )
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=issuer,
        algorithm=hashes.SHA256(),
        cert_status=status,
        this_update=_now(now),
        next_update=certificate.not_valid_after_utc,
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
    builder = builder.certificates([responder])
    answer = builder.sign(load_der_private_key(authority.ocsp_key, None), hashes.SHA256())
    return answer.public_bytes(Encoding.DER)


def root_crl(
    authority: Authority,
    *,
    revoked: Mapping[int, datetime.datetime] | None = None,
    now: datetime.datetime | None = None,
) -> bytes:
    """Return the root's list (RFC 5280, 5), on the issuing and time stamping certificates.

    `revoked` maps serial numbers to when they were revoked.
    """
    end = x509.load_der_x509_certificate(authority.tsa_cert).not_valid_after_utc
    return _crl(authority.root_cert, authority.root_key, revoked or {}, _now(now), end)


def material(
    authority: Authority,
    leaves: Sequence[bytes] = (),
    *,
    crl: bytes | None = None,
    revoked: Mapping[int, datetime.datetime] | None = None,
    now: datetime.datetime | None = None,
) -> Material:
    """Return everything to judge these leaves and the authority's time stamps.

    Leaves of other authorities are left out. `crl` is a root_crl made before; without, the one
    that the authority left behind is taken, or one is made. `revoked` maps serial numbers to when
    they were revoked.
    """
    revoked = revoked or {}
    issuer = x509.load_der_x509_certificate(authority.issuing_cert)
    own = []
    for leaf in dict.fromkeys(leaves):
        certificate = x509.load_der_x509_certificate(leaf)
        if is_issued_by(certificate, issuer):
            own.append((leaf, revoked.get(certificate.serial_number)))
    above = (authority.issuing_cert, authority.ocsp_cert) if own else ()
    return Material(
        certs=(*(leaf for leaf, _when in own), *above, authority.tsa_cert, authority.root_cert),
        ocsps=tuple(ocsp_answer(authority, leaf, revoked=when, now=now) for leaf, when in own),
        crls=(crl or authority.last_crl or root_crl(authority, revoked=revoked, now=now),),
    )


def concerned(
    authorities: Sequence[Authority], leaves: Sequence[bytes], stampers: Sequence[bytes]
) -> list[Authority]:
    """Return the authorities that issued one of these leaves, or whose stamper is one of these."""
    loaded = [x509.load_der_x509_certificate(leaf) for leaf in dict.fromkeys(leaves)]
    found = []
    for authority in authorities:
        issuer = x509.load_der_x509_certificate(authority.issuing_cert)
        if authority.tsa_cert in stampers or any(is_issued_by(leaf, issuer) for leaf in loaded):
            found.append(authority)
    return found


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether `issuer` signed the certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # ValueError, TypeError, InvalidSignature: it is another's
        return False
    return True


def _crl(issuer_der, key_der, revoked, now, end):
    issuer = x509.load_der_x509_certificate(issuer_der)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(max(end, now + datetime.timedelta(hours=1)))
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False
        )
    )
    for serial, when in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
        builder = builder.add_revoked_certificate(entry.build())
    # The authority made the key itself; checking its primes anew would take 100 ms.
    key = load_der_private_key(key_der, None, unsafe_skip_rsa_key_validation=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _now(now):
    return (now or datetime.datetime.now(datetime.timezone.utc)).replace(microsecond=0)

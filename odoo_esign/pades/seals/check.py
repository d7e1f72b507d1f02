"""Checks a certificate and its key before anything is signed with them.

pyHanko signs with expired, not yet valid and wrong certificates alike; who gets the document then
finds out.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhanko_certvalidator.errors import InvalidCertificateError

from ..errors import SealRefused
from ..revocation import is_issued_by
from ..usage import SIGNING_USAGE
from ..words import _lt

MIN_RSA_BITS = 2048
CURVES = ('secp256r1', 'secp384r1', 'secp521r1')
MAX_CHAIN = 8
_WEAK_DIGESTS = ('md5', 'sha1')


@dataclass(frozen=True)
class Checked:
    """A certificate that may be used: all DER. `chain` is what is above it, the root last."""

    cert_der: bytes
    chain: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        return self.chain[-1] if self.chain else self.cert_der

    @property
    def ends(self) -> datetime.datetime:
        """When the first of these certificates ends."""
        return min(
            x509.load_der_x509_certificate(der).not_valid_after_utc
            for der in (self.cert_der, *self.chain)
        )


def check(
    cert_der: bytes,
    others: Sequence[bytes] = (),
    *,
    public_key=None,
    roots: Sequence[bytes] = (),
    now: datetime.datetime | None = None,
) -> Checked:
    """Return the certificate with the chain up to its root; raises SealRefused.

    `others` are certificates that may be above it, in any order; `roots` those to trust, which
    need not be self-signed. `public_key` is the one that belongs to the private key.
    """
    certificate = load(cert_der)
    check_key(certificate.public_key())
    if public_key is not None and _spki(public_key) != _spki(certificate.public_key()):
        raise SealRefused(_lt('the key does not belong to the certificate'), 'key_mismatch')
    _check_usage(cert_der)
    check_time(certificate, now)
    chain = tuple(_chain(certificate, others, roots, now))
    _check_responder(cert_der)
    for der in (cert_der, *chain):
        _check_names(der)
    return Checked(cert_der, chain)


def load(cert_der: bytes) -> x509.Certificate:
    """Return the certificate, loaded; raises SealRefused."""
    try:
        certificate = x509.load_der_x509_certificate(cert_der)
        _ = certificate.subject, certificate.issuer, certificate.extensions
    except Exception as error:  # ValueError, or an algorithm it has never heard of
        raise SealRefused(_lt('the certificate cannot be read'), 'format') from error
    return certificate


def check_key(public_key):
    """Raise SealRefused for keys that common readers don't accept in a PDF."""
    if isinstance(public_key, rsa.RSAPublicKey):
        if public_key.key_size < MIN_RSA_BITS:
            text = _lt(
                'an RSA key of %(size)s bits is too short: %(least)s at least',
                size=public_key.key_size,
                least=MIN_RSA_BITS,
            )
            raise SealRefused(text, 'algorithm')
    elif isinstance(public_key, ec.EllipticCurvePublicKey):
        if public_key.curve.name not in CURVES:
            text = _lt(
                'keys on the curve %(curve)s are not accepted by PDF readers',
                curve=public_key.curve.name,
            )
            raise SealRefused(text, 'algorithm')
    else:
        kind = type(public_key).__name__.replace('PublicKey', '').strip('_')
        text = _lt(
            '%(kind)s keys are not accepted by PDF readers: use RSA or a P-256 key', kind=kind
        )
        raise SealRefused(text, 'algorithm')


def check_time(certificate: x509.Certificate, now: datetime.datetime | None = None):
    """Raise SealRefused outside the certificate's time."""
    now = now or datetime.datetime.now(datetime.timezone.utc)
    name = subject_name(certificate)
    if now > certificate.not_valid_after_utc:
        day = certificate.not_valid_after_utc
        raise SealRefused(
            _lt('the certificate of %(name)s expired on %(day)s', name=name, day=f'{day:%Y-%m-%d}'),
            'expired',
        )
    if now < certificate.not_valid_before_utc:
        day = certificate.not_valid_before_utc
        raise SealRefused(
            _lt('the certificate of %(name)s is not valid before '
                '%(day)s', name=name, day=f'{day:%Y-%m-%d}'),
            'not_yet_valid',
        )


def subject_name(certificate: x509.Certificate) -> str:
    """Return the common name in quotation marks, or all of the name."""
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return f'“{found[0].value if found else certificate.subject.rfc4514_string()}”'


def _check_usage(cert_der):
    try:
        SIGNING_USAGE.validate(asn1.Certificate.load(cert_der))
    except InvalidCertificateError:
        text = _lt('the certificate says that it is not for signing documents')
        raise SealRefused(text, 'wrong_usage') from None


def _check_names(cert_der):
    """Refuse names that readers can't compare: see `pades.prepared`."""
    certificate = asn1.Certificate.load(cert_der)
    try:
        _ = certificate.subject.hashable, certificate.issuer.hashable
    except ValueError as error:
        name = subject_name(load(cert_der))
        text = _lt(
            'the certificate of %(name)s has a name that PDF readers cannot compare: %(error)s',
            name=name,
            error=error,
        )
        raise SealRefused(text, 'name') from None


def _check_responder(cert_der):
    """A list of revoked certificates alone was made before the signature, and can't show that the
    certificate was good when it was used: no more B-LTA as soon as that list has aged.
    """
    if not asn1.Certificate.load(cert_der).ocsp_urls:
        text = _lt(
            'the certificate names no address to ask whether it is revoked (OCSP): its signatures '
            'could not be verified in the long term'
        )
        raise SealRefused(text, 'no_revocation')


def _chain(certificate, others, roots, now):
    """Yield the certificates above this one, up to a root."""
    if is_issued_by(certificate, certificate):
        text = _lt(
            'the certificate of %(name)s is vouched for by nobody but itself',
            name=subject_name(certificate),
        )
        raise SealRefused(text, 'chain')
    anchors = [load(der) for der in roots]
    pool = [*anchors, *(load(der) for der in others)]
    for _link in range(MAX_CHAIN):
        if certificate in anchors or is_issued_by(certificate, certificate):
            return
        issuer = _issuer(certificate, pool, now)
        if certificate.signature_hash_algorithm.name in _WEAK_DIGESTS:
            text = _lt(
                'the certificate of %(name)s is signed with a weak hash',
                name=subject_name(certificate),
            )
            raise SealRefused(text, 'algorithm')
        yield issuer.public_bytes(Encoding.DER)
        certificate = issuer
    raise SealRefused(_lt('the chain of certificates has no end'), 'chain')


def _issuer(certificate, pool, now):
    found = [one for one in pool if one != certificate and is_issued_by(certificate, one)]
    for issuer in found:
        try:
            check_time(issuer, now)
        except SealRefused:
            if issuer is found[-1]:
                raise
            continue
        if _is_authority(issuer):
            return issuer
    text = _lt(
        'the certificate that issued %(name)s is missing (%(issuer)s): add the chain up to the '
        'root',
        name=subject_name(certificate),
        issuer=certificate.issuer.rfc4514_string(),
    )
    raise SealRefused(text, 'chain')


def _is_authority(certificate):
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return constraints.value.ca


def _spki(public_key):
    return public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

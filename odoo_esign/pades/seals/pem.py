"""Certificates in files and forms (PEM, RFC 7468)."""

import base64
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from ..errors import SealRefused
from ..words import _lt
from .check import load

MAX_BYTES = 256 * 1024


def read_certificates(data: bytes) -> list[bytes]:
    """Return the certificates in a PEM, DER or PKCS #7 (.p7b) file, as DER; raises SealRefused."""
    if len(data) > MAX_BYTES:
        raise SealRefused(_lt('that is too large for a chain of certificates'), 'format')
    for reader in (
        x509.load_pem_x509_certificates,
        lambda content: [x509.load_der_x509_certificate(content)],
        pkcs7.load_pem_pkcs7_certificates,
        pkcs7.load_der_pkcs7_certificates,
    ):
        try:
            found = reader(data)
        except Exception:  # ValueError, or whatever a broken file brings about
            continue
        if found:
            certificates = [one.public_bytes(Encoding.DER) for one in found]
            for der in certificates:
                load(der)
            return certificates
    text = _lt('there are no certificates in it: paste them as PEM (-----BEGIN CERTIFICATE-----)')
    raise SealRefused(text, 'format')


def as_pem(ders: Sequence[bytes]) -> str:
    """Return DER certificates one after the other as PEM."""
    return ''.join(
        x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode() for der in ders
    )


def from_pem(text: str) -> list[bytes]:
    """Return what `as_pem` was given."""
    blocks = (text or '').split('-----END CERTIFICATE-----')
    return [base64.b64decode(block.partition('-----\n')[2]) for block in blocks if block.strip()]

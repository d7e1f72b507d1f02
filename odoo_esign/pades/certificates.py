"""What the log keeps of a certificate."""

import hashlib

from cryptography import x509
from cryptography.x509.oid import NameOID

from .names import clean_name


def facts(cert_der: bytes) -> dict[str, str]:
    """Return serial number and SHA-256 (hexadecimal), names of subject and issuer, and its end.

    `until` is when the certificate ends, UTC.
    """
    certificate = x509.load_der_x509_certificate(cert_der)
    return {
        'serial': f'{certificate.serial_number:x}',
        'sha256': hashlib.sha256(cert_der).hexdigest(),
        'subject': _name(certificate.subject),
        'issuer': _name(certificate.issuer),
        'until': certificate.not_valid_after_utc.strftime('%Y-%m-%d %H:%M:%S'),
    }


def _name(name):
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return clean_name(str(found[0].value)) if found else clean_name(name.rfc4514_string())



def fingerprint_words(cert_der: bytes) -> str:
    """Return the SHA-256 as people compare it: pairs of digits, with colons."""
    digest = hashlib.sha256(cert_der).hexdigest().upper()
    return ':'.join(digest[i : i + 2] for i in range(0, len(digest), 2))

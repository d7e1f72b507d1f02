"""Companies of the past: authorities whose time stamper's certificate has ended since."""

import dataclasses
import datetime
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flows import signer_of
from pades import authority

YEAR = datetime.timedelta(days=365.25)
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def with_stamper(ca, start):
    """Return the authority with a time stamping certificate that ends after ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    root = x509.load_der_x509_certificate(ca.root_cert)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Stamper for ten years')])
    builder = authority._builder(name, root.subject, key.public_key(), start, start + 10 * YEAR)
    builder = authority._issued_by(builder, root)
    builder = authority._as_service(builder, ExtendedKeyUsageOID.TIME_STAMPING, True)
    certificate = builder.sign(load_der_private_key(ca.root_key, None), hashes.SHA256())
    return dataclasses.replace(
        ca, tsa_cert=authority._der(certificate), tsa_key=authority._pkcs8(key)
    )


def signers_of(ca, moment):
    """Return what makes signers with a one-time key at that moment, as the fixture does now."""
    return partial(signer_of, ca, now=moment)

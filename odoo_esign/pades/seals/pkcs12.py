"""Opens a PKCS #12 file (.p12, .pfx): a key and its certificates under a password (RFC 7292)."""

import datetime
import functools
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from asn1crypto import pkcs12 as asn1
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from ..errors import SealRefused
from ..signer import KeptKeySigner
from ..words import _lt
from .check import check, check_key

MAX_BYTES = 256 * 1024
KEPT = 8
"""So many opened files are kept per process: deriving the key from a password takes 100 ms."""


@dataclass(frozen=True)
class Opened:
    """The content of a file: the parsed key, its certificate and the others (DER)."""

    key: object = field(repr=False)
    cert_der: bytes
    others: tuple[bytes, ...]


def open_pkcs12(
    data: bytes,
    password: str,
    *,
    others: Sequence[bytes] = (),
    roots: Sequence[bytes] = (),
    now: datetime.datetime | None = None,
) -> KeptKeySigner:
    """Return the signer of a PKCS #12 file; raises SealRefused.

    `others` are certificates that may be missing in the file, `roots` those to trust.
    """
    opened = _kept(_Secret(bytes(data), password or ''))
    checked = check(
        opened.cert_der,
        [*opened.others, *others],
        public_key=opened.key.public_key(),
        roots=roots,
        now=now,
    )
    return KeptKeySigner(checked.cert_der, opened.key, checked.chain)


class _Secret:
    """Data and password, compared by a digest, so that the cache keeps neither."""

    def __init__(self, data, password):
        self.data, self.password = data, password
        self._digest = hmac.digest(hashlib.sha256(data).digest(), password.encode(), 'sha256')

    def take(self):
        data, password = self.data, self.password
        self.data = self.password = None
        return data, password

    def __hash__(self):
        return hash(self._digest)

    def __eq__(self, other):
        return hmac.compare_digest(self._digest, other._digest)


@functools.lru_cache(maxsize=KEPT)
def _kept(secret):
    return _open(*secret.take())


def _open(data, password):
    store = _load(data, password)
    if store.key is None:
        raise SealRefused(_lt('there is no private key in the file'), 'no_key')
    check_key(store.key.public_key())
    certificates = [store.cert, *store.additional_certs]
    ders = [one.certificate.public_bytes(Encoding.DER) for one in certificates if one]
    if not ders:
        raise SealRefused(_lt('there is no certificate in the file'), 'no_certificate')
    # Without a matching one the first is taken, and the check says that it doesn't match.
    own = ders[0]
    return Opened(store.key, own, tuple(der for der in ders if der != own))


def _load(data, password):
    if len(data) > MAX_BYTES:
        raise SealRefused(_lt('the file is too large for a PKCS #12 file'), 'format')
    try:
        asn1.Pfx.load(data, strict=True)['auth_safe'].native  # noqa: B018 - reads it
    except Exception as error:
        raise SealRefused(_lt('the file is not a PKCS #12 file (.p12, .pfx)'), 'format') from error
    try:
        return load_pkcs12(data, password.encode() if password else None)
    except UnsupportedAlgorithm as error:
        text = _lt('the file is encrypted in an outdated way: export it again, with AES-256')
        raise SealRefused(text, 'format') from error
    except ValueError as error:
        raise SealRefused(_lt('the password does not open the file'), 'password') from error
    except Exception as error:  # keys of kinds that cryptography doesn't know
        raise SealRefused(_lt('the key in the file cannot be read'), 'format') from error

"""Encrypts keys at rest: AES-256-GCM under a master key that does not lie in the database."""

import functools
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .errors import KeystoreError
from .words import _lt

VERSION = b'\x01'
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
MIN_SECRET = 16
"""Shortest configured secret accepted, in bytes."""

# A constant salt: the same secret has to give the same key on every server. It still keeps
# tables that were computed for other programs from being of use.
_SALT = b'odoo_esign/keystore/v1'


def wrap(master_key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Return `plaintext` encrypted: version byte, random nonce, ciphertext and tag.

    `context` says what the plaintext is and whose (for example b'company:3/root'); it isn't
    stored, and only the same context opens the result, so that rows can't be swapped.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + _cipher(master_key).encrypt(nonce, plaintext, VERSION + context)


def unwrap(master_key: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return what `wrap` was given; raises KeystoreError if key, context or content is another."""
    wrapped = bytes(wrapped)
    if len(wrapped) < 1 + NONCE_BYTES + TAG_BYTES or wrapped[:1] != VERSION:
        raise KeystoreError('not a key stored by this version', 'format')
    nonce, sealed = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
    try:
        return _cipher(master_key).decrypt(nonce, sealed, VERSION + context)
    except InvalidTag:
        raise KeystoreError(
            _lt('wrong master key or context, or a damaged key'), 'wrong_key'
        ) from None


@functools.lru_cache(maxsize=8)
def master_key_from(secret: str | bytes) -> bytes:
    """Derive the 32-byte master key from a configured secret (scrypt, RFC 7914; about 100 ms).

    Raises KeystoreError for secrets shorter than 16 bytes. The result is kept per process.
    """
    if isinstance(secret, str):
        secret = secret.encode()
    if len(secret) < MIN_SECRET:
        raise KeystoreError(
            _lt('the secret has fewer than %(count)s bytes', count=MIN_SECRET), 'weak_secret'
        )
    return Scrypt(salt=_SALT, length=KEY_BYTES, n=2**15, r=8, p=1).derive(secret)


def _cipher(master_key):
    if len(master_key) != KEY_BYTES:
        raise KeystoreError(f'a master key has {KEY_BYTES} bytes', 'format')
    return AESGCM(master_key)

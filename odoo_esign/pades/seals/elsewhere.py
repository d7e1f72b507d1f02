"""What signers have in common whose private key never comes to us."""

import hmac
import secrets

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ..containers import LeanContainers
from ..errors import SealRefused
from ..words import _lt
from .check import Checked, load


class ElsewhereSigner(LeanContainers, Signer):
    """A pyHanko Signer that has its digests signed by another device or service.

    Subclasses give `_sign(data)`, a coroutine. What it returns is checked against the
    certificate: a PDF signed with another key would only be found out by its reader.
    """

    def __init__(self, checked: Checked):
        store = SimpleCertificateStore()
        store.register_multiple(x509.Certificate.load(der) for der in checked.chain)
        super().__init__(signing_cert=x509.Certificate.load(checked.cert_der), cert_registry=store)
        self.checked = checked
        self.cert_der, self.chain = checked.cert_der, checked.chain
        self._public_key = load(checked.cert_der).public_key()

    @property
    def is_rsa(self) -> bool:
        return isinstance(self._public_key, rsa.RSAPublicKey)

    @property
    def signature_bytes(self) -> int:
        """The most that a signature value takes."""
        size = (self._public_key.key_size + 7) // 8
        return size if self.is_rsa else 2 * size + 10

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the signature value over `data`; raises SealRefused and SealUnavailable."""
        if digest_algorithm != 'sha256':
            raise TypeError(f'signs with SHA-256 alone, not with {digest_algorithm}')
        if dry_run:
            return bytes(self.signature_bytes)
        signature = await self._sign(data)
        self._verify(signature, data)
        return signature

    async def _sign(self, data: bytes) -> bytes:
        raise NotImplementedError

    def _verify(self, signature, data):
        try:
            if self.is_rsa:
                self._public_key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            else:
                self._public_key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            text = _lt('what was signed does not match the certificate: another key made it')
            raise SealRefused(text, 'key_mismatch') from None


class RefusedSecrets:
    """PINs and passwords that were refused, so that nobody is asked with the same one again.

    Tokens and providers lock themselves after a few wrong ones, and a queue of jobs tries each
    on its own. Known by their digests, to this process.
    """

    def __init__(self):
        self._known = set()

    def check(self, *parts: str):
        """Raise SealRefused if this was refused before."""
        if _digest(parts) in self._known:
            text = _lt(
                'the PIN or password was refused before: enter the right one, then test the seal'
            )
            raise SealRefused(text, 'credentials')

    def add(self, *parts: str):
        self._known.add(_digest(parts))

    def forget(self, *parts: str):
        """Let it be tried again, since somebody asks for it."""
        self._known.discard(_digest(parts))


def _digest(parts):
    text = '\0'.join(part or '' for part in parts)
    return hmac.digest(_KEY, text.encode(), 'sha256')


_KEY = secrets.token_bytes(32)
refused_secrets = RefusedSecrets()

"""A signer that keeps its parsed key.

pyHanko's SimpleSigner loads the key anew for every signature, twice, and checks an RSA key's
primes each time (80 ms for RSA-2048). This one is given the loaded key.
"""

from collections.abc import Sequence

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from .authority import Leaf
from .containers import LeanContainers


class KeptKeySigner(LeanContainers, SimpleSigner):
    """Signs with a loaded private key (P-256 or other NIST curves, or RSA with PKCS #1 v1.5)."""

    whole_name: str | None = None
    """The signer's name where the certificate can't hold all of it; goes into /Name."""

    def __init__(self, cert_der: bytes, key, chain: Sequence[bytes] = ()):
        store = SimpleCertificateStore()
        store.register_multiple(x509.Certificate.load(der) for der in chain)
        super().__init__(
            signing_cert=x509.Certificate.load(cert_der), signing_key=None, cert_registry=store
        )
        self.cert_der = cert_der
        self.chain = tuple(chain)
        self._key = key

    @classmethod
    def from_leaf(cls, leaf: Leaf, chain: Sequence[bytes]) -> 'KeptKeySigner':
        """Make the signer of a one-time key; `chain` are the DER certificates above the leaf.

        The root belongs in the chain: a reader that doesn't know it yet can then offer to trust it.
        """
        made = cls(leaf.cert_der, leaf.key, chain)
        made.whole_name = leaf.whole_name
        return made

    @property
    def signature_bytes(self) -> int:
        """The most that a signature value takes."""
        size = (self._key.key_size + 7) // 8
        return size if isinstance(self._key, rsa.RSAPrivateKey) else 2 * size + 10

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Return the signature value over `data`; raises TypeError for other kinds of keys."""
        digest = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(digest))
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        raise TypeError(f'cannot sign with {type(self._key).__name__}')

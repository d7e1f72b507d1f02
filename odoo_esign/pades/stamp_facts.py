"""What a time stamp token says of itself: when, under which policy, how exactly, and by whom."""

import datetime
from dataclasses import dataclass

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from .errors import StampFailed
from .revocation import is_issued_by
from .seal import signer_certificate
from .words import _lt

MAX_CHAIN = 8


@dataclass(frozen=True)
class StampFacts:
    """`accuracy` is in seconds, None if the token doesn't say; `chain` are DER certificates.

    The first is the stamper's own, each next one issued the one before.
    """

    time: datetime.datetime
    policy: str
    accuracy: float | None
    chain: tuple[bytes, ...]

    @property
    def ends(self) -> datetime.datetime:
        """When the stamper's own certificate ends."""
        return x509.load_der_x509_certificate(self.chain[0]).not_valid_after_utc

    @property
    def top(self) -> bytes | None:
        """The topmost certificate that may be trusted as an authority, None if none came along."""
        return self.chain[-1] if len(self.chain) > 1 or is_authority(self.chain[0]) else None

    @property
    def is_complete(self) -> bool:
        """Whether the chain goes up to a certificate that vouches for itself."""
        last = x509.load_der_x509_certificate(self.chain[-1])
        return is_issued_by(last, last)


def stamp_facts(token: cms.ContentInfo) -> StampFacts:
    """Return what is in a token that was checked before; raises StampFailed."""
    try:
        content = token['content']
        info = content['encap_content_info']['content'].parsed
        others = [
            x509.load_der_x509_certificate(choice.chosen.dump())
            for choice in content['certificates']
            if choice.name == 'certificate'
        ]
        own = x509.load_der_x509_certificate(signer_certificate(content))
        return StampFacts(
            time=info['gen_time'].native,
            policy=info['policy'].native,
            accuracy=_seconds(info['accuracy'].native),
            chain=tuple(one.public_bytes(Encoding.DER) for one in _chain(own, others)),
        )
    except Exception as error:
        raise StampFailed(_lt('the answer is not a time stamp'), 'garbage') from error


def is_authority(cert_der: bytes) -> bool:
    """Return whether a certificate may issue others."""
    return bool(asn1.Certificate.load(cert_der).ca)


def _seconds(accuracy):
    if not accuracy:
        return None
    parts = (accuracy.get(name) or 0 for name in ('seconds', 'millis', 'micros'))
    return sum(part / scale for part, scale in zip(parts, (1, 1000, 1_000_000), strict=True))


def _chain(certificate, others):
    chain = [certificate]
    while len(chain) < MAX_CHAIN and not is_issued_by(chain[-1], chain[-1]):
        above = [one for one in others if one not in chain and is_issued_by(chain[-1], one)]
        if not above:
            break
        chain.append(above[0])
    return chain

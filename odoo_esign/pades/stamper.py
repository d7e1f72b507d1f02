"""The built-in time stamper: RFC 3161 tokens made in this process with the authority's key.

It needs no network and takes less than a millisecond. It proves a time to those who trust the
company; against the company itself only an external stamper does (`stamp_servers`).
"""

import datetime
import hashlib
import secrets
from collections.abc import Callable, Sequence

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.timestamps import TimeStamper

from .authority import TSA_POLICY, Authority
from .containers import (
    attribute,
    basic_attributes,
    encoded,
    sequence,
    signed_data,
    signer_info,
    tagged,
)
from .errors import StampFailed
from .words import _lt

ACCURACY_SECONDS = 1
"""How far the time in a token may be off (ETSI EN 319 422, 5.2.2: one second or better)."""

ACCEPTED_DIGESTS = ('sha256', 'sha384', 'sha512')

_FIXED_BYTES = 1024
"""Room in a token for all but its certificates; measured: below 700."""

_TST_INFO = cms.ContentType('tst_info').dump()
_ECDSA = algos.SignedDigestAlgorithm({'algorithm': 'sha256_ecdsa'}).dump()
_LAST_UTC_TIME_YEAR = 2049  # RFC 5652, 11.3: GeneralizedTime from 2050 on


class LocalStamper(TimeStamper):
    """Makes time stamp tokens (RFC 3161, ETSI EN 319 422) with a P-256 key.

    `key` is the private key, loaded or as PKCS #8 DER; `chain` the DER certificates above the
    stamper's own. `clock` returns the time, aware; for tests.
    """

    def __init__(
        self,
        cert_der: bytes,
        key,
        chain: Sequence[bytes] = (),
        *,
        policy: str = TSA_POLICY,
        clock: Callable[[], datetime.datetime] | None = None,
    ):
        super().__init__()
        if isinstance(key, bytes):
            key = load_der_private_key(key, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f'cannot stamp with {type(key).__name__}')
        self._key = key
        self.cert_der = cert_der
        self._certificate = x509.Certificate.load(cert_der)
        self._policy = policy
        self._certificates = (cert_der, *chain)
        self._name = encoded(x509.GeneralName('directory_name', self._certificate.subject))
        self._clock = clock or (lambda: datetime.datetime.now(datetime.timezone.utc))
        self.token_bytes = _FIXED_BYTES + len(cert_der) + sum(map(len, chain))

    @classmethod
    def of(cls, authority: Authority, **options) -> 'LocalStamper':
        """Make the stamper of a company's authority.

        Its tokens carry its own certificate alone: the root, which issued it, is in every
        signature, and would add 2 kB to each.
        """
        return cls(authority.tsa_cert, authority.tsa_key, **options)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request (RFC 3161, 2.4); raises StampFailed for weak digests."""
        imprint = req['message_imprint']
        digest = imprint['hash_algorithm']['algorithm'].native
        if digest not in ACCEPTED_DIGESTS:
            raise StampFailed(
                _lt('the time stamper does not accept %(digest)s', digest=digest), 'refused'
            )
        token = self._token(imprint, req['nonce'])
        return tsp.TimeStampResp({'status': {'status': 'granted'}, 'time_stamp_token': token})

    def _token(self, imprint, nonce):
        now = self._clock().astimezone(datetime.timezone.utc).replace(microsecond=0)
        info = {
            'version': 'v1',
            'policy': self._policy,
            'message_imprint': imprint,
            'serial_number': secrets.randbits(127) + 1,
            'gen_time': now,
            'accuracy': {'seconds': ACCURACY_SECONDS},
            'tsa': self._name,
        }
        if nonce.native is not None:
            info['nonce'] = nonce
        content = tsp.TSTInfo(info).dump()
        digest = hashlib.sha256(content).digest()
        time = attribute('signing_time', _time(now).dump())
        attributes = basic_attributes('tst_info', digest, self._certificate, [time])
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        return signed_data(
            3,  # RFC 5652, 5.1: content other than id-data
            sequence(_TST_INFO, tagged(0, core.OctetString(content).dump())),
            self._certificates,
            signer_info(
                certificate=self._certificate,
                signed_attrs=attributes,
                mechanism=_ECDSA,
                signature=signature,
            ),
        )


def _time(moment):
    if moment.year > _LAST_UTC_TIME_YEAR:
        return cms.Time({'generalized_time': core.GeneralizedTime(moment)})
    return cms.Time({'utc_time': core.UTCTime(moment)})

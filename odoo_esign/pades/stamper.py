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
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from .authority import TSA_POLICY, Authority
from .errors import StampFailed

ACCURACY_SECONDS = 1
"""How far the time in a token may be off (ETSI EN 319 422, 5.2.2: one second or better)."""

ACCEPTED_DIGESTS = ('sha256', 'sha384', 'sha512')

_FIXED_BYTES = 1024
"""Room in a token for all but its certificates; measured: below 700."""

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
            raise TypeError(f'can not stamp with {type(key).__name__}')
        self._key = key
        self._certificate = x509.Certificate.load(cert_der)
        self._chain = [x509.Certificate.load(der) for der in chain]
        self._policy = policy
        self._prepare()
        self._clock = clock or (lambda: datetime.datetime.now(datetime.timezone.utc))
        self.token_bytes = _FIXED_BYTES + len(cert_der) + sum(map(len, chain))

    @classmethod
    def of(cls, authority: Authority, **options) -> 'LocalStamper':
        """Make the stamper of a company's authority.

        Its tokens carry its own certificate alone: the root, which issued it, is in every
        signature, and would add 2 kB to each.
        """
        return cls(authority.tsa_cert, authority.tsa_key, **options)

    def _prepare(self):
        """Encode once what is the same in every token; asn1crypto takes 10 ms for it."""
        certificate = self._certificate
        issuer = {'issuer': certificate.issuer, 'serial_number': certificate.serial_number}
        identifier = cms.IssuerAndSerialNumber(issuer)
        self._identifier = _encoded(
            cms.SignerIdentifier({'issuer_and_serial_number': identifier})
        )
        # ESSCertIDv2 (RFC 5816): the stamper's certificate by its SHA-256.
        self._reference = _encoded(
            simple_cms_attribute('signing_certificate_v2', as_signing_certificate_v2(certificate))
        )
        self._content_type = _encoded(simple_cms_attribute('content_type', 'tst_info'))
        self._name = _encoded(x509.GeneralName('directory_name', certificate.subject))

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request (RFC 3161, 2.4); raises StampFailed for weak digests."""
        imprint = req['message_imprint']
        digest = imprint['hash_algorithm']['algorithm'].native
        if digest not in ACCEPTED_DIGESTS:
            raise StampFailed(f'the time stamper does not accept {digest}', 'refused')
        token = self._token(imprint, req['nonce'])
        return tsp.TimeStampResp(
            {'status': {'status': 'granted'}, 'time_stamp_token': token}
        )

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
        algorithm = algos.DigestAlgorithm({'algorithm': 'sha256'})
        signed = {
            'version': 'v3',  # RFC 5652, 5.1: content other than id-data
            'digest_algorithms': cms.DigestAlgorithms((algorithm,)),
            'encap_content_info': {
                'content_type': 'tst_info',
                'content': cms.ParsableOctetString(content),
            },
            'certificates': [self._certificate, *self._chain],
            'signer_infos': [self._signer_info(content, now, algorithm)],
        }
        return cms.ContentInfo(
            {'content_type': 'signed_data', 'content': cms.SignedData(signed)}
        )

    def _signer_info(self, content, now, algorithm):
        attributes = cms.CMSAttributes(
            [
                self._content_type,
                simple_cms_attribute('signing_time', _time(now)),
                self._reference,
                simple_cms_attribute('message_digest', hashlib.sha256(content).digest()),
            ]
        )
        return cms.SignerInfo(
            {
                'version': 'v1',
                'sid': self._identifier,
                'digest_algorithm': algorithm,
                'signature_algorithm': algos.SignedDigestAlgorithm({'algorithm': 'sha256_ecdsa'}),
                'signed_attrs': attributes,
                'signature': self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )


def _encoded(value):
    """Return the same value as read from its encoding, which is then copied as it is."""
    return type(value).load(value.dump())


def _time(moment):
    if moment.year > _LAST_UTC_TIME_YEAR:
        return cms.Time({'generalized_time': core.GeneralizedTime(moment)})
    return cms.Time({'utc_time': core.UTCTime(moment)})

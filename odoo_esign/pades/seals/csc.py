"""Has a provider sign: remote signing by the API of the Cloud Signature Consortium, v1.0.4.

For each signature the provider is asked to authorize it for its hash alone (credentials/authorize)
and then to sign that hash (signatures/signHash). The document stays here.
"""

import base64
import binascii
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import SealRefused, SealUnavailable
from ..loops import run
from ..words import _lt
from .check import Checked, check
from .csc_client import NONSENSE, Client, words_of
from .elsewhere import ElsewhereSigner, refused_secrets
from .totp import Codes

SHA256 = '2.16.840.1.101.3.4.2.1'
RSA, RSA_SHA256, ECDSA_SHA256 = (
    '1.2.840.113549.1.1.1', '1.2.840.113549.1.1.11', '1.2.840.10045.4.3.2',
)  # fmt: skip
MAX_CERTIFICATES = 10


@dataclass(frozen=True)
class Account:
    """Where and as whom to ask.

    `url` is the API's address up to the version, 'https://provider.example/csc/v1'. Either
    `token` (an access token that lasts) or `client_id` and `client_secret` are given, for a token
    from `token_url` (by default oauth2/token under `url`). `pin` and `totp` (the secret of
    one-time codes, Base32) are sent where the credential wants them.
    """

    url: str
    credential: str
    client_id: str = ''
    client_secret: str = field(default='', repr=False)
    token: str = field(default='', repr=False)
    token_url: str = ''
    pin: str = field(default='', repr=False)
    totp: str = field(default='', repr=False)
    timeout: float = 15

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.client_secret, self.token, self.pin, self.totp)))

    @property
    def secret(self) -> tuple[str, ...]:
        """What `refused_secrets` knows all of them by."""
        return (
            'csc', self.url, self.credential, self.client_id, self.client_secret, self.token,
            self.pin, self.totp,
        )  # fmt: skip

    def try_again(self):
        """Forget that the secrets were refused."""
        refused_secrets.forget(*self.secret)


@dataclass(frozen=True)
class Credential:
    """What the provider says of a key: its certificates (DER), and how it signs."""

    certificates: tuple[bytes, ...]
    algorithm: str
    wants_pin: bool
    wants_code: bool


def read_credential(account: Account) -> Credential:
    """Ask the provider for the key; raises SealRefused and SealUnavailable."""
    return run(_read_credential(account))


def open_csc(
    account: Account,
    credential: Credential,
    others: Sequence[bytes] = (),
    *,
    roots: Sequence[bytes] = (),
) -> 'CscSigner':
    """Return the signer; the provider is asked with each signature. Raises SealRefused."""
    first, *chain = credential.certificates
    return CscSigner(account, credential, check(first, [*chain, *others], roots=roots))


class CscSigner(ElsewhereSigner):
    """Has each signature authorized and made by the provider."""

    def __init__(self, account: Account, credential: Credential, checked: Checked):
        super().__init__(checked)
        self._account, self._credential = account, credential

    async def _sign(self, data):
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        async with Client(self._account) as client:
            answer = await client.post(
                'credentials/authorize',
                {
                    'credentialID': self._account.credential,
                    'numSignatures': 1,
                    'hash': [digest],
                    **await self._proofs(),
                },
            )
            answer = await client.post(
                'signatures/signHash',
                {
                    'credentialID': self._account.credential,
                    'SAD': _text(answer, 'SAD'),
                    'hash': [digest],
                    'hashAlgo': SHA256,
                    'signAlgo': self._credential.algorithm,
                },
            )
        return _bytes(_list(answer, 'signatures', 1)[0])

    async def _proofs(self):
        proofs = {}
        if self._credential.wants_pin:
            proofs['PIN'] = self._account.pin
        if self._credential.wants_code:
            proofs['OTP'] = await _codes.next(self._account.totp)
        return proofs


_codes = Codes(time.time)


# ------------------------------------------------------------------ credentials/info
async def _read_credential(account):
    async with Client(account) as client:
        answer = await client.post(
            'credentials/info',
            {'credentialID': account.credential, 'certificates': 'chain', 'authInfo': True},
        )
    key, found = _dict(answer, 'key'), _dict(answer, 'cert')
    if key.get('status') != 'enabled':
        raise SealRefused(_lt('the provider has disabled this credential'), 'credential')
    if found.get('status', 'valid') != 'valid':
        text = _lt(
            'the provider calls the certificate %(said)s',
            said=words_of(found['status'], account.secrets),
        )
        raise SealRefused(text, 'credential')
    certificates = tuple(map(_bytes, _list(found, 'certificates')[:MAX_CERTIFICATES]))
    wants_pin, wants_code = _wanted(answer, account)
    return Credential(certificates, _algorithm(key), wants_pin, wants_code)


def _algorithm(key):
    known = key.get('algo') if isinstance(key.get('algo'), list) else []
    for algorithm in (RSA_SHA256, ECDSA_SHA256, RSA):
        if algorithm in known:
            return algorithm
    text = _lt('the key signs neither with RSA nor with ECDSA and SHA-256, which PDF readers know')
    raise SealRefused(text, 'algorithm')


def _wanted(answer, account):
    """Return whether a PIN and whether a one-time code has to be sent."""
    mode = answer.get('authMode', 'implicit')
    if mode == 'implicit':
        return False, False
    if mode != 'explicit':
        text = _lt(
            'with this credential a person has to agree to each signature in a browser '
            '(%(said)s): a seal needs one that signs by itself',
            said=words_of(mode, account.secrets),
        )
        raise SealRefused(text, 'setting')
    pin, code = (_is_wanted(answer.get(name)) for name in ('PIN', 'OTP'))
    if pin and not account.pin:
        raise SealRefused(_lt('this credential wants a PIN: enter it'), 'setting')
    if code and not account.totp:
        text = _lt(
            'this credential wants a one-time code with each signature: enter the secret that the '
            'codes are made from (TOTP), or ask the provider for a credential that does not need '
            'one'
        )
        raise SealRefused(text, 'setting')
    return pin, code


def _is_wanted(description):
    return isinstance(description, dict) and str(description.get('presence')).lower() == 'true'


# ------------------------------------------------------------------ answers
def _garbage():
    return SealUnavailable(NONSENSE, 'garbage')


def _text(answer, name):
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise _garbage()
    return value


def _dict(answer, name):
    value = answer.get(name)
    if not isinstance(value, dict):
        raise _garbage()
    return value


def _list(answer, name, count=None):
    value = answer.get(name)
    if not isinstance(value, list) or not value or count not in (None, len(value)):
        raise _garbage()
    return value


def _bytes(value):
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise _garbage() from None

"""Signs with a key in a token: a smart card, a hardware security module (PKCS #11)."""

import contextlib
import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ..errors import SealRefused, SealUnavailable
from ..loops import run
from ..words import _lt
from .check import Checked, check
from .elsewhere import ElsewhereSigner, refused_secrets

# A token's session logs the whole process in and out.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Token:
    """Where the key is: the module's path, the token's label, those of key and certificate."""

    module: str
    label: str
    key: str
    certificate: str = ''
    pin: str = field(default='', repr=False)

    @property
    def secret(self) -> tuple[str, ...]:
        """What `refused_secrets` knows the PIN by."""
        return 'pkcs11', self.module, self.label, self.pin

    def try_again(self):
        """Forget that the PIN was refused."""
        refused_secrets.forget(*self.secret)


def read_certificates(token: Token) -> list[bytes]:
    """Return the certificate that belongs to the key (DER), then the others in the token.

    Makes sure that the key is there. Raises SealRefused and SealUnavailable.
    """
    with _session(token) as (pkcs11, session):
        _find_key(pkcs11, session, token)
        own = _find_certificate(pkcs11, session, token)
        others = [
            bytes(one[pkcs11.Attribute.VALUE])
            for one in session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})
        ]
    return [own, *(der for der in others if der != own)]


def open_pkcs11(
    token: Token,
    cert_der: bytes,
    others: Sequence[bytes] = (),
    *,
    roots: Sequence[bytes] = (),
) -> 'TokenSigner':
    """Return the signer; the token itself is asked with each signature. Raises SealRefused."""
    return TokenSigner(token, check(cert_der, others, roots=roots))


def try_key(token: Token, checked: Checked):
    """Sign something of no meaning; raises SealRefused if the key isn't the certificate's."""
    run(TokenSigner(token, checked).async_sign_raw(b'', 'sha256'))


class TokenSigner(ElsewhereSigner):
    """Opens a session of its own for each signature: a token may be away in between."""

    def __init__(self, token: Token, checked: Checked):
        super().__init__(checked)
        self._token = token

    async def _sign(self, data):
        with _session(self._token) as (pkcs11, session):
            key = _find_key(pkcs11, session, self._token)
            if self.is_rsa:
                return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            # Few tokens hash for ECDSA; all sign a hash.
            digest = hashlib.sha256(data).digest()
            raw = bytes(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        half = len(raw) // 2
        return encode_dss_signature(
            int.from_bytes(raw[:half], 'big'), int.from_bytes(raw[half:], 'big')
        )


# ------------------------------------------------------------------ the token
@contextlib.contextmanager
def _session(token):
    """Give the library, and a session in which the PIN was entered."""
    pkcs11 = _library()
    refused_secrets.check(*token.secret)
    with _one_at_a_time, _in_words(token, pkcs11):
        found = _find_token(pkcs11, token)
        with found.open(user_pin=token.pin or None) as session:
            yield pkcs11, session


def _library():
    try:
        import pkcs11
    except ImportError:
        text = _lt(
            'the server lacks the Python package python-pkcs11, which is needed for keys in a token'
        )
        raise SealRefused(text, 'missing_library') from None
    return pkcs11


@contextlib.contextmanager
def _in_words(token, pkcs11):
    """Turn the library's errors into ours; its texts are mostly empty."""
    errors = pkcs11.exceptions
    try:
        yield
    except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange):
        refused_secrets.add(*token.secret)
        text = _lt('the token “%(label)s” does not accept the PIN', label=token.label)
        raise SealRefused(text, 'credentials') from None
    except (errors.PinLocked, errors.PinExpired, errors.UserPinNotInitialized) as error:
        refused_secrets.add(*token.secret)
        text = _lt(
            'the PIN of the token “%(label)s” is locked or has to be reset', label=token.label
        )
        raise SealRefused(text, 'credentials') from error
    except errors.MechanismInvalid as error:
        text = _lt(
            'the token “%(label)s” cannot sign with SHA-256 and this kind of key',
            label=token.label,
        )
        raise SealRefused(text, 'algorithm') from error
    except errors.PKCS11Error as error:
        text = _lt(
            'the token “%(label)s” does not work at the moment (%(kind)s)',
            label=token.label,
            kind=type(error).__name__,
        )
        raise SealUnavailable(text, 'token') from error


def _find_token(pkcs11, token):
    try:
        library = pkcs11.lib(token.module)
    except (OSError, RuntimeError) as error:
        text = _lt(
            'the module %(module)s cannot be loaded: is the driver installed?', module=token.module
        )
        raise SealRefused(text, 'module') from error
    for slot in library.get_slots(token_present=True):
        with contextlib.suppress(pkcs11.exceptions.PKCS11Error):
            found = slot.get_token()
            if found.label.strip() == token.label.strip():
                return found
    raise SealUnavailable(
        _lt('the token “%(label)s” is not connected to the server', label=token.label), 'token'
    )


def _find_key(pkcs11, session, token):
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
        pkcs11.Attribute.LABEL: token.key,
    }
    return _the_only(
        list(session.get_objects(wanted)), _lt('private key'), token.key, token, 'no_key'
    )


def _find_certificate(pkcs11, session, token):
    label = token.certificate or token.key
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.LABEL: label,
    }
    found = list(session.get_objects(wanted))
    one = _the_only(found, _lt('certificate'), label, token, 'no_certificate')
    return bytes(one[pkcs11.Attribute.VALUE])


def _the_only(found, what, label, token, code):
    if len(found) == 1:
        return found[0]
    if found:
        text = _lt(
            'the token “%(token)s” has several of “%(label)s” (%(what)s): give each its own label',
            token=token.label,
            label=label,
            what=what,
        )
        raise SealRefused(text, code)
    raise SealRefused(
        _lt(
            'the token “%(token)s” has no “%(label)s” (%(what)s)',
            token=token.label,
            label=label,
            what=what,
        ),
        code,
    )

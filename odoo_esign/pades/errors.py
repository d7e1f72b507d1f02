"""The errors of this package. Each carries a `code` for programs and a sentence for people."""

from .words import _lt


class PadesError(Exception):
    """Base of all errors raised on purpose here."""

    code = 'error'
    transient = False
    """Whether it may go well when tried again later, without anybody doing anything."""

    def __init__(self, message: str, code: str | None = None):
        super().__init__(message)
        if code:
            self.code = code

    @property
    def message(self) -> str:
        """The sentence for people, in English."""
        return str(self)

    @property
    def sentence(self) -> str:
        """The same, as a `words.Sentence` where it can be said in another language."""
        return self.args[0]


class PdfRefused(PadesError):
    """The PDF can't be processed: damaged, encrypted, or something in it forbids the step."""

    code = 'pdf_refused'


class AlreadySigned(PdfRefused):
    """The PDF carries signatures, so it can't be certified any more (ISO 32000-1, 12.8.4)."""

    code = 'already_signed'


class FieldError(PadesError):
    """A form field's description or value is impossible: name, page, box, kind or type."""

    code = 'field'


class KeystoreError(PadesError):
    """A stored key can't be opened: wrong master key, wrong context, or damaged."""

    code = 'keystore'


class ImageRefused(PadesError):
    """An image can't be used; `code` is one of too_big, too_many_pixels, format, broken, blank."""

    code = 'image'


class UnprintableText(PadesError):
    """A text has characters that can't be printed: no font, or control characters.

    `characters` are the offending ones, once each; `script` is their ISO 15924 script code, or
    'Zzzz' where the characters themselves are not allowed.
    """

    code = 'unprintable'

    def __init__(self, text: str, characters: str, script: str):
        names = ' '.join(f'U+{ord(char):04X}' for char in characters[:8])
        super().__init__(
            _lt('cannot be printed: %(names)s (script %(script)s)', names=names, script=script)
        )
        self.text = text
        self.characters = characters
        self.script = script


class StampFailed(PadesError):
    """No time stamp could be had; nothing else takes its place.

    Codes: unreachable, timeout, http, refused, garbage, nonce, imprint, clock, policy, untrusted,
    too_big.
    `attempts` are the (host, sentence) of every address tried, none of them with credentials.
    """

    code = 'stamp'
    transient = True

    def __init__(self, message: str, code: str | None = None, attempts: tuple = ()):
        super().__init__(message, code)
        self.attempts = tuple(attempts)


class SealRefused(PadesError):
    """A key or certificate can't be used to sign; trying again doesn't help.

    Codes: format, password, no_key, no_certificate, expired, not_yet_valid, wrong_usage,
    key_mismatch, chain, name, algorithm, revoked, no_revocation, missing_library, module, token,
    credential, credentials, refused, setting.
    """

    code = 'seal'


class SealUnavailable(PadesError):
    """The place where the key is can't be reached or doesn't answer as it should, at the moment.

    Codes: unreachable, timeout, http, garbage, token.
    """

    code = 'unreachable'
    transient = True


class RevocationFailed(PadesError):
    """Nobody says at the moment whether a certificate is revoked."""

    code = 'revocation'
    transient = True

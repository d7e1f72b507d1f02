"""Names of people and addresses, made fit for a certificate (X.520, RFC 5280, RFC 9598)."""

import re
import unicodedata

from asn1crypto import core
from cryptography import x509

MAX_NAME_BYTES = 64
"""ub-common-name of X.520 is 64 characters; libraries count bytes of UTF-8, so the stricter."""

MAX_FULL_NAME_BYTES = 512
SMTP_UTF8_MAILBOX = x509.ObjectIdentifier('1.3.6.1.5.5.7.8.9')


def clean_name(text: str, limit: int = MAX_NAME_BYTES) -> str:
    """Return `text` as it may stand in a certificate, at most `limit` bytes of UTF-8.

    Control, format (bidirectional overrides among them), private and unassigned characters are
    dropped; a cut never falls inside a character or before its combining marks.
    """
    text = re.sub(r'\s+', ' ', text)
    text = ''.join(char for char in text if unicodedata.category(char)[0] != 'C')
    text = re.sub(r' +', ' ', unicodedata.normalize('NFC', text)).strip()
    return _cut(text, limit).strip()


def _cut(text, limit):
    if len(text.encode()) <= limit:
        return text
    cut = len(text.encode()[:limit].decode(errors='ignore'))
    while cut and unicodedata.combining(text[cut]):
        cut -= 1
    return text[:cut]


def email_names(email: str | None) -> list[x509.GeneralName]:
    """Return the address as SubjectAltName entries; empty if there is none that can be written.

    An ASCII local part gives an rfc822Name, any other an SmtpUTF8Mailbox (RFC 9598); the domain
    is written in its ASCII form in both.
    """
    local, _, domain = (email or '').strip().rpartition('@')
    if not local or not domain or any(unicodedata.category(char)[0] in 'CZ' for char in local):
        return []
    try:
        domain = domain.encode('idna').decode('ascii').lower()
    except UnicodeError:
        return []
    address = f'{local}@{domain}'
    if local.isascii():
        return [x509.RFC822Name(address)]
    return [x509.OtherName(SMTP_UTF8_MAILBOX, core.UTF8String(address).dump())]

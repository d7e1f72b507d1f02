"""The evidence package: a zip that proves an envelope without Odoo, today and in thirty years.

    README.txt          what this is, in plain words
    signed/, originals/ the documents, under the same names in both folders
    certificate*.pdf    the certificate of completion, if there is one
    evidence.jsonl      the log, one canonical JSON object per line
    root.pem            whom to trust; stamp-roots.pem for external time stamps
    manifest.json       SHA-256 of every file and the state of the log, sealed by manifest.p7s
    manifest.tst        the time stamp on that seal
    verify.py           checks all of it with Python and openssl
"""

import base64
import hashlib
import io
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .canonical import dumps
from .chain import GENESIS, Event

FORMAT = 'odoo_esign/package/v1'
VERIFIER = Path(__file__).with_name('verify.py')

_MAX_NAME = 80
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)  # the same for all: the manifest's stamp says when it was made

README = """\
EVIDENCE PACKAGE
================

This folder proves who signed which document, and when. Keep it as it is.

  signed/          the signed documents; open them with any PDF reader
  originals/       the same documents as they were before anyone signed
  certificate.pdf  a summary for people, if there is one
  evidence.jsonl   the log: everything that happened, line by line
  root.pem         the certificate of the company that ran the signing
  manifest.*       the list of these files, sealed by that company
  verify.py        a program that checks all of this


HOW TO CHECK IT

You need Python (python.org) and openssl, which comes with Linux and macOS. Open a terminal in
this folder and type:

    python3 verify.py

It says what it checked and, in its last line, whether everything is in order. It needs no network
and sends nothing anywhere. (For a package that is many years old, you need OpenSSL itself, 1.1.1
or newer; macOS comes with LibreSSL.)


WHAT THE CHECK MEANS

If everything is in order, no document was changed after it was signed, no signature was added or
removed, and no line of the log was changed, moved or removed since.

"Not proven any more" means: nothing is wrong, but the certificates of the time stamps have expired,
after ten years or more. Only those who had the package before that can tell that it was not forged
since. The company creates it again, with new time stamps, in time. And if you can show that yours
existed on some day before that (in an archive, with a notary), the check accepts that as well:

    python3 verify.py --existed-on 2031-12-24


Four things it cannot know by itself:

  * Is root.pem really that company's? The program prints its fingerprint. Compare it with the one
    the company publishes or tells you, or with another package from the same company.
  * Is it a public authority's root? Then it has issued certificates to others as well: the name
    after "sealed by" has to be the company's.
  * Was a certificate revoked? PDF readers can tell, and so can the company's page for checking
    documents.
  * Was the company honest? It ran the signing and wrote the log. Time stamps by someone else
    (stamp-roots.pem is then in the folder) prove the time against the company, too.

Suspicious? Take verify.py from the project's own repository instead of this folder.
"""


@dataclass(frozen=True)
class PackageDocument:
    """A document: its name for people, the original that the log names, and the sealed PDF."""

    name: str
    original: bytes
    sealed: bytes


def build_package(
    documents: Sequence[PackageDocument],
    events: Iterable[Event],
    *,
    roots: Sequence[bytes],
    seal: Callable[[bytes], bytes],
    stamp: Callable[[bytes], bytes] | None = None,
    stamp_roots: Sequence[bytes] = (),
    certificates: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the zip.

    `events` is the whole log in its order. `seal` returns a detached CMS signature (DER) over the
    manifest, made with a certificate that leads to one of `roots`; `stamp` a time stamp token over
    that signature, without which it can be checked only until its certificate ends. `certificates`
    maps a language ('' for the only one) to a certificate of completion.
    """
    events = list(events)
    files = {
        'README.txt': README.encode(),
        'evidence.jsonl': b''.join(event_line(event) for event in events),
        'root.pem': _pem(roots),
        'verify.py': VERIFIER.read_bytes(),
    }
    if stamp_roots:
        files['stamp-roots.pem'] = _pem(stamp_roots)
    for number, document in enumerate(documents, start=1):
        name = f'{number:02d} {file_name(document.name)}.pdf'
        files[f'originals/{name}'] = document.original
        files[f'signed/{name}'] = document.sealed
    for language, pdf in (certificates or {}).items():
        suffix = f'-{file_name(language)}' if language else ''
        files[f'certificate{suffix}.pdf'] = pdf
    head = events[-1].hash if events else GENESIS
    manifest = dumps(
        {
            'format': FORMAT,
            'files': {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
            'log': {'count': len(events), 'head': head},
        }
    )
    files['manifest.json'] = manifest
    files['manifest.p7s'] = seal(manifest)
    if stamp is not None:
        files['manifest.tst'] = stamp(files['manifest.p7s'])
    return _zip(files)


def event_line(event: Event) -> bytes:
    """Return one line of evidence.jsonl."""
    keys = ('seq', 'prev', 'ts', 'type', 'data', 'hash')
    return dumps({key: getattr(event, key) for key in keys}) + b'\n'


def file_name(name: str) -> str:
    """Return a name for people as one that every file system takes, without extension."""
    name = re.sub(r'\.pdf$', '', name.strip(), flags=re.IGNORECASE)
    name = re.sub(r'[^\w\-+,;=@ ]+', ' ', name)
    return re.sub(r'\s+', ' ', name).strip()[:_MAX_NAME].strip() or 'document'


def _pem(certificates):
    parts = []
    for der in certificates:
        body = '\n'.join(textwrap.wrap(base64.b64encode(der).decode(), 64))
        parts.append(f'-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n')
    return ''.join(parts).encode()


def _zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o755 if name == 'verify.py' else 0o644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()

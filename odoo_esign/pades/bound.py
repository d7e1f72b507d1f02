"""What the signatures in a PDF say about the log of the envelope that they were made in.

The certificate of a signature names the state of the log as a URI (SubjectAltName); where the
seal's certificate is not made for one signature, the signature's /ContactInfo does.
"""

import hashlib
from dataclasses import dataclass

from .forms import guarded, open_reader

SCHEME = 'evidence:'


@dataclass(frozen=True)
class Bound:
    """A signature or document time stamp: its field, the hash of the file that ended with it
    (`sha256`), and the state of the log that it names ('' for a time stamp, or for none)."""

    field: str
    sha256: str
    evidence: str
    is_stamp: bool


@guarded
def read_bound(pdf: bytes) -> list[Bound]:
    """Return what each signature in `pdf` is bound to, in the order of their revisions.

    Judges nothing: that the signatures are good is for `check_sealed`. Raises PdfRefused on a
    file that can't be read.
    """
    return [_bound(pdf, one) for one in open_reader(pdf).embedded_signatures]


def _bound(pdf, signature):
    is_stamp = signature.sig_object_type == '/DocTimeStamp'
    _start, _length, rest, rest_length = map(int, signature.sig_object.get('/ByteRange'))
    return Bound(
        field=signature.field_name,
        sha256=hashlib.sha256(pdf[: rest + rest_length]).hexdigest(),
        evidence='' if is_stamp else _evidence(signature),
        is_stamp=is_stamp,
    )


def _evidence(signature):
    named = [
        name.native
        for name in signature.signer_cert.subject_alt_name_value or ()
        if name.name == 'uniform_resource_identifier' and name.native.startswith(SCHEME)
    ]
    contact = signature.sig_object.get('/ContactInfo')
    if isinstance(contact, str) and contact.startswith(SCHEME):
        named.append(str(contact))
    # two different ones are none: nobody can say which is meant
    return named[0] if len(set(named)) == 1 else ''

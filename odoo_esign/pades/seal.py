"""Signs: the company certifies, each signer fills and approves, the company closes the rest.

Every signature is one incremental update with the sub-filter ETSI.CAdES.detached (PAdES B-B,
ETSI EN 319 142-1) and SHA-256. With a `timestamper` (pyHanko's TimeStamper) it is B-T.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp.noop import NoOpStampStyle

from . import filling
from .appearance import Painter, Stamp
from .errors import AlreadySigned, FieldError, PdfRefused
from .forms import (
    entry,
    finished,
    guarded,
    has_signatures,
    open_writer,
    reading,
    terminals,
)
from .loops import run
from .words import _lt

ATTRIBUTES_BYTES = 1280
"""Room in a CMS container for everything but its certificates and time stamp, at the least."""

FIXED_BYTES = 800
"""The same without names and signature value; measured: below 600."""

TIMESTAMP_BYTES = 8192
"""Room for a time stamp token with its certificates."""


@dataclass(frozen=True)
class Sealed:
    """A signed PDF and the signature just made.

    `byte_range` is (start, length, start, length) as in ISO 32000-1, 12.8.1; `cms` the DER
    container without padding; `cert_der` the signer's certificate; `sha256` that of the PDF.
    """

    pdf: bytes
    byte_range: tuple[int, int, int, int]
    cms: bytes
    cert_der: bytes
    sha256: str


@guarded
def certify(
    pdf: bytes,
    signer,
    *,
    field: str = 'company',
    reason: str | None = None,
    location: str | None = None,
    contact: str | None = None,
    timestamper=None,
) -> Sealed:
    """Certify a frozen PDF: from now on only filling and signing are allowed (DocMDP P=2).

    `contact` goes into /ContactInfo (ISO 32000-1, table 252), under the signature; so it does in
    the functions below. Raises AlreadySigned if anybody signed before; such a PDF goes without
    certification.
    """
    writer = open_writer(pdf)
    if has_signatures(writer):
        raise AlreadySigned(_lt('a signed PDF cannot be certified'))
    filling.adopt_locked(writer, field)
    metadata = _metadata(
        field,
        reason=reason,
        location=location,
        contact_info=contact,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    return _sign(writer, signer, metadata, timestamper)


@guarded
def approve(
    pdf: bytes,
    signer,
    *,
    field: str,
    values: Mapping[str, str | bool | bytes],
    stamp: Stamp,
    reason: str | None = None,
    contact: str | None = None,
    timestamper=None,
) -> Sealed:
    """Fill a signer's fields and sign their signature field, in one revision.

    `values` maps a field's name to its text, to True or False, or to a PNG for places of an image.
    All must belong to the signer (be locked by `field`). A PDF that came signed has no such fields:
    their text is added to the stamp's lines. Raises FieldError, UnprintableText, ImageRefused.
    """
    writer = open_writer(pdf)
    found = {terminal.name: terminal for terminal in terminals(writer)}
    target = found.get(field)
    if target is None or target.type != '/Sig':
        raise FieldError(f'there is no signature field {field!r}', 'field_name')
    if entry(target.dictionary, '/V'):
        raise FieldError(f'{field!r} is signed already', 'field_signed')
    painter = Painter(writer)
    own = filling.locked_names(target)
    if not own:
        stamp = filling.with_values(stamp, values)
        values = {}
    for name, value in values.items():
        if name not in own or name not in found:
            raise FieldError(f'{name!r} is no field of {field!r}', 'field_name')
        filling.fill(writer, painter, found[name], value)
    filling.show_stamp(writer, painter, target, stamp)
    painter.finish()
    return _sign(writer, signer, _metadata(field, reason=reason, contact_info=contact), timestamper)


@guarded
def close_unused(
    pdf: bytes,
    signer,
    *,
    field_name: str = 'company_close',
    names: Sequence[str],
    reason: str | None = None,
    contact: str | None = None,
    timestamper=None,
) -> Sealed:
    """Lock fields nobody will fill any more, with one more invisible company signature.

    `names` are the unused form fields and signature fields; an unknown one raises FieldError.
    """
    writer = open_writer(pdf)
    found = {terminal.name: terminal for terminal in terminals(writer)}
    for name in names:
        if name not in found:
            raise FieldError(f'there is no field {name!r}', 'field_name')
        if found[name].type == '/Sig' and entry(found[name].dictionary, '/V'):
            raise FieldError(f'{name!r} is signed already', 'field_signed')
    if field_name in found:
        raise FieldError(f'there are two fields {field_name!r}', 'field_name')
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, list(names))
    new_field = SigFieldSpec(field_name, on_page=0, field_mdp_spec=lock)
    metadata = _metadata(field_name, reason=reason, contact_info=contact)
    return _sign(writer, signer, metadata, timestamper, new_field)


def _metadata(field, **options):
    return PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm='sha256', **options
    )


def _sign(writer, signer, metadata, timestamper, new_field=None):
    # Where the certificate can't say the name (`prepared`), /Name does, under the signature.
    metadata = dataclasses.replace(metadata, name=getattr(signer, 'whole_name', None))
    pdf_signer = PdfSigner(
        metadata,
        signer,
        timestamper=timestamper,
        stamp_style=NoOpStampStyle(),
        new_field_spec=new_field,
    )
    try:
        run(
            pdf_signer.async_sign_pdf(
                writer,
                existing_fields_only=new_field is None,
                bytes_reserved=_reserve(signer, timestamper),
                in_place=True,
            )
        )
    except SigningError as error:
        raise PdfRefused(
            _lt('cannot be signed: %(error)s', error=error), 'not_signable'
        ) from error
    return read_sealed(finished(writer), metadata.field_name)


def read_sealed(pdf: bytes, field: str) -> Sealed:
    """Find a signature again in a PDF; raises PdfRefused if it isn't there as it should be."""
    with reading(pdf) as reader:
        for terminal in terminals(reader):
            if terminal.name == field and terminal.type == '/Sig':
                signature = terminal.dictionary['/V']
                break
        else:
            raise PdfRefused(_lt('the signature cannot be found again'), 'lost_signature')
        byte_range = tuple(int(value) for value in signature['/ByteRange'])
        container = cms.ContentInfo.load(bytes(signature.raw_get('/Contents')))
    signed = container['content']
    covered, whole = _hashes(pdf, byte_range)
    if _stated_digest(signed) != covered.digest():
        raise PdfRefused(_lt('the signature does not match the file'), 'lost_signature')
    return Sealed(
        pdf=pdf,
        byte_range=byte_range,
        cms=container.dump(),
        cert_der=signer_certificate(signed),
        sha256=whole.hexdigest(),
    )


def _hashes(pdf, byte_range):
    """Return the SHA-256 of what a signature covers and of all; most of a file is read once."""
    start, length, rest, rest_length = byte_range
    if start:
        raise PdfRefused(_lt('the signature does not match the file'), 'lost_signature')
    content = memoryview(pdf)
    covered = hashlib.sha256(content[:length])
    whole = covered.copy()
    whole.update(content[length:])
    covered.update(content[rest : rest + rest_length])
    return covered, whole


def _stated_digest(signed):
    """Return the hash of the document that a signature or time stamp token states."""
    if signed['encap_content_info']['content_type'].native == 'tst_info':
        return signed['encap_content_info']['content'].parsed['message_imprint'][
            'hashed_message'
        ].native
    attributes = signed['signer_infos'][0]['signed_attrs']
    return next(a['values'][0].native for a in attributes if a['type'].native == 'message_digest')


def signer_certificate(signed) -> bytes:
    """Return the certificate that a SignedData names as its signer's; raises PdfRefused."""
    sid = signed['signer_infos'][0]['sid']
    for choice in signed['certificates']:
        if choice.name == 'certificate' and _is_named(choice.chosen, sid):
            return choice.chosen.dump()
    raise PdfRefused(_lt("the signer's certificate is missing"), 'lost_signature')


def _is_named(certificate, sid):
    named = sid.chosen
    if sid.name == 'subject_key_identifier':
        return certificate.key_identifier == named.native
    if certificate.serial_number != named['serial_number'].native:
        return False
    # The names as they stand are compared first: preparing them (RFC 4518) takes 3 ms.
    same = certificate.issuer.dump() == named['issuer'].dump()
    return same or certificate.issuer == named['issuer']


def _reserve(signer, timestamper):
    """Return the hexadecimal digits to keep free, or None to let pyHanko measure (slower)."""
    chain = getattr(signer, 'chain', None)
    if chain is None:
        return None
    # The issuer's name is in there twice; it and the signature value may be long.
    names = 2 * len(signer.signing_cert.issuer.dump())
    attributes = max(ATTRIBUTES_BYTES, FIXED_BYTES + signer.signature_bytes + names)
    size = attributes + len(signer.cert_der) + sum(map(len, chain))
    if timestamper is not None:
        size += getattr(timestamper, 'token_bytes', TIMESTAMP_BYTES)
    return 2 * size

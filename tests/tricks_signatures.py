"""Manipulations of signatures, stamps and certificates; signature forgery in general (USF)."""

import datetime

from cryptography import x509
from flows import finalised, sign_long_term, signer_of
from pades import authority, fields, renew, seal, signer, stamper
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from revisions import field, update
from samples import signer_fields
from samples import stamp as shown
from tricks import AMBER, GREEN, trick

HOUR = datetime.timedelta(hours=1)
YEAR = datetime.timedelta(days=365)


# ------------------------------------------------------------------ forgery in general


def forged(it, change):
    """Override a signature's dictionary by a further revision."""

    def override(writer):
        signature = field(writer, 'sign1')['/V']
        change(signature)
        writer.update_container(signature)

    return update(it.pdf, override)


def usf(name, change, variant):
    def make(it):
        return forged(it, change)

    make.__name__ = f'forgery_{name}'
    trick(variant=variant)(make)


def numbers(*values):
    return generic.ArrayObject(map(generic.NumberObject, values))


REPRESENTATIVE = (
    'contents_gone', 'contents_zero', 'range_null', 'range_zero', 'range_beyond_the_end',
    'other_kind',
)  # fmt: skip
for _name, _entries in {
    'contents_gone': {'/Contents': None},
    'contents_null': {'/Contents': generic.NullObject()},
    'contents_empty': {'/Contents': generic.ByteStringObject(b'')},
    'contents_zero': {'/Contents': generic.ByteStringObject(b'\0' * 512)},
    'contents_text': {'/Contents': generic.TextStringObject('signed')},
    'range_gone': {'/ByteRange': None},
    'range_null': {'/ByteRange': generic.NullObject()},
    'range_empty': {'/ByteRange': generic.ArrayObject()},
    'range_zero': {'/ByteRange': numbers(0, 0, 0, 0)},
    'range_negative': {'/ByteRange': numbers(0, -1, -1, 10)},
    'range_beyond_the_end': {'/ByteRange': numbers(0, 10, 10**9, 10)},
    'range_one_part': {'/ByteRange': numbers(0, 100)},
    'filter_gone': {'/Filter': None, '/SubFilter': None},
    'other_kind': {'/SubFilter': pdf_name('/adbe.x509.rsa_sha1')},
}.items():

    def _override(signature, entries=_entries):
        for key, value in entries.items():
            signature.pop(key, None)
            if value is not None:
                signature[pdf_name(key)] = value

    usf(_name, _override, variant=_name not in REPRESENTATIVE)


# ------------------------------------------------------------------ signatures in other places


def replaced(it, name, container):
    """Write another container into the room kept for a signature, in place."""
    _start, begin, end, _length = it.range_of(name)
    text = container.hex().upper().encode()
    room = end - begin - 2
    assert len(text) <= room
    return it.pdf[: begin + 1] + text.ljust(room, b'0') + it.pdf[end - 1 :]


def other_document(it):
    sealed = sign_long_term(it.originals[0], it.make_signer, it.stamper, unused=(3,))
    return [*sealed, finalised(sealed, it.ca, it.stamper)]


@trick()
def signature_of_another_document_pasted_in(it):
    return replaced(it, 'sign1', other_document(it)[1].cms)


@trick()
def signature_of_another_field_pasted_in(it):
    return replaced(it, 'sign1', it.steps[2].cms)


@trick()
def document_time_stamp_swapped(it):
    return replaced(it, 'archive_1', other_document(it)[-1].cms)


@trick()
def signature_turned_into_nothing(it):
    return replaced(it, 'sign2', b'')


@trick()
def permission_widened(it):
    """The certification says by a further revision that everything is allowed."""

    def change(writer):
        rules = field(writer, 'company')['/V']['/Reference'][0]['/TransformParams']
        rules[pdf_name('/P')] = generic.NumberObject(3)
        writer.update_container(field(writer, 'company')['/V'])

    return update(it.pdf, change)


@trick()
def permissions_taken_away(it):
    def change(writer):
        del writer.root['/Perms']
        writer.update_root()

    return update(it.pdf, change)


# ------------------------------------------------------------------ long-term data


@trick()
def security_store_removed(it):
    def change(writer):
        del writer.root['/DSS']
        writer.update_root()

    return update(it.pdf, change)


# Sound signatures, of a lower level, which is told.
@trick(GREEN)
def security_store_emptied_and_stamped(it):
    """Everything that proves that certificates were good is gone, under a sound stamp."""
    from pades.finalise import add_stamp
    from pades.forms import open_writer
    from pades.revocation import Material

    return add_stamp(open_writer(it.steps[-1].pdf), Material(), it.stamper).pdf


# By itself as good as the first one; it is another file than the log's.
@trick(GREEN, insider=False)
def document_time_stamp_made_anew(it):
    return finalised(it.steps, it.ca, it.stamper).pdf


@trick(AMBER)
def document_time_stamp_of_a_stranger(it):
    other = authority.create_authority('Other stamper', None)
    return finalised(it.steps, it.ca, stamper.LocalStamper.of(other)).pdf


@trick(GREEN)
def one_more_document_time_stamp(it):
    return renew.renew(it.pdf, authorities=[it.ca], stamper=it.stamper).pdf


# ------------------------------------------------------------------ certificates


def signed_with(it, make, **options):
    """The same document signed by all the same people, with certificates of another making."""
    stamps = options.pop('stamper', it.stamper)
    ca = options.pop('ca', it.ca)
    sealed = sign_long_term(it.originals[0], make, stamps, unused=(3,))
    return finalised(sealed, ca, stamps, **options)


@trick(AMBER)
def everything_signed_by_a_look_alike_authority(it):
    fake = authority.create_authority('Müster & Söhne GmbH', 'DE')
    return signed_with(
        it, lambda name, evidence=None: signer_of(fake, name), ca=fake,
        stamper=stamper.LocalStamper.of(fake),
    ).pdf  # fmt: skip


# Whoever holds the company's keys makes a sound file; certificates and hash are other ones.
@trick(GREEN, insider=False)
def everything_signed_anew_by_an_insider(it):
    return signed_with(it, it.make_signer).pdf


@trick()
def one_certificate_revoked(it):
    serial = x509.load_der_x509_certificate(it.steps[1].cert_der).serial_number
    now = datetime.datetime.now(datetime.timezone.utc)
    return finalised(it.steps, it.ca, it.stamper, revoked={serial: now - HOUR}).pdf


@trick(AMBER)
def signed_with_an_expired_certificate(it):
    now = datetime.datetime.now(datetime.timezone.utc)
    return signed_with(
        it, lambda name, evidence=None: signer_of(it.ca, name, now=now - 3 * YEAR)
    ).pdf


@trick(AMBER)
def signed_with_a_certificate_for_something_else(it):
    return with_usage(it, authority.ExtendedKeyUsageOID.SERVER_AUTH)


def with_usage(it, purpose):
    """Certificates of the right authority, but for web servers."""

    def make(name, evidence=None):
        first = authority.ExtendedKeyUsageOID.EMAIL_PROTECTION
        kept = authority.DOCUMENT_SIGNING
        try:
            authority.ExtendedKeyUsageOID.EMAIL_PROTECTION = purpose
            authority.DOCUMENT_SIGNING = purpose
            return signer_of(it.ca, name)
        finally:
            authority.ExtendedKeyUsageOID.EMAIL_PROTECTION = first
            authority.DOCUMENT_SIGNING = kept

    return signed_with(it, make).pdf


@trick(AMBER)
def signed_with_an_authority_s_own_certificate(it):
    """The issuing certificate is for issuing, not for signing documents."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key = load_der_private_key(it.ca.issuing_key, None)
    own = signer.KeptKeySigner(it.ca.issuing_cert, key, [it.ca.root_cert])
    frozen = fields.freeze(it.originals[0], [signer_fields(1), signer_fields(2, 320)])
    pdf = seal.certify(frozen, it.make_signer('Müster GmbH'), timestamper=it.stamper).pdf
    for number in (1, 2):
        pdf = seal.approve(
            pdf, own, field=f'sign{number}', values={}, stamp=shown(), timestamper=it.stamper
        ).pdf
    return pdf


@trick(GREEN)
def document_of_other_people(it):
    """A sound document of the same company, about something else."""
    return sign_long_term(it.originals[0], it.make_signer, it.stamper, (2,))[-1].pdf

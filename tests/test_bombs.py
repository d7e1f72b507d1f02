"""Files made to exhaust whoever opens them: what is dropped on the verify page, or uploaded.

The limits of the child process end them; nothing is ever green, and no error comes out.
"""

import zlib

import pytest
import samples
from flows import finalised, sign_long_term
from pades import stamper
from pades.examine import examine
from pades.inspect import inspect_upload
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from revisions import field, update

SECONDS = 3
BOMB = zlib.compress(zlib.compress(b'\0' * 2**30, 9), 9)


@pytest.fixture(scope='module')
def sealed(ca, make_signer):
    stamps = stamper.LocalStamper.of(ca)
    signed = sign_long_term(samples.pdf(), make_signer, stamps)
    return finalised(signed, ca, stamps).pdf


def bomb():
    filters = generic.ArrayObject([pdf_name('/FlateDecode')] * 2)
    return generic.StreamObject({pdf_name('/Filter'): filters}, encoded_data=BOMB)


def dictionary(**entries):
    return generic.DictionaryObject({pdf_name(f'/{key}'): one for key, one in entries.items()})


def in_the_security_store(writer):
    for key in ('/Certs', '/OCSPs'):
        writer.root['/DSS'][key].append(writer.add_object(bomb()))
    writer.update_container(writer.root['/DSS'])


def in_the_metadata(writer):
    stream = bomb()
    stream[pdf_name('/Type')] = pdf_name('/Metadata')
    writer.root[pdf_name('/Metadata')] = writer.add_object(stream)
    writer.update_root()


def in_a_field_s_appearance(writer):
    target = field(writer, 's1_name')
    target['/AP'][pdf_name('/N')] = writer.add_object(bomb())
    writer.update_container(target)


def page_tree_in_a_circle(writer):
    pages = writer.root['/Pages']
    pages['/Kids'].append(writer.root.raw_get('/Pages'))
    writer.update_container(pages)


def pages_by_the_million(writer):
    pages = writer.root['/Pages']
    kids = generic.ArrayObject([pages['/Kids'].raw_get(0)] * 400_000)
    pages[pdf_name('/Kids')] = kids
    pages[pdf_name('/Count')] = generic.NumberObject(2**31)
    writer.update_container(pages)


def fields_in_a_circle(writer):
    form = writer.root['/AcroForm']
    node = dictionary(T=generic.TextStringObject('loop'))
    reference = writer.add_object(node)
    node[pdf_name('/Kids')] = generic.ArrayObject([reference, reference])
    form['/Fields'].append(reference)
    writer.update_container(form['/Fields'])


def signature_in_thousands_of_fields(writer):
    form, signature = writer.root['/AcroForm'], field(writer, 'sign1').raw_get('/V')
    for number in range(3000):
        one = dictionary(
            FT=pdf_name('/Sig'), T=generic.TextStringObject(f'x{number}'), V=signature
        )
        form['/Fields'].append(writer.add_object(one))
    writer.update_container(form['/Fields'])


def billion_laughs(writer):
    text = b'<!DOCTYPE x [<!ENTITY a "lol">' + b''.join(
        b'<!ENTITY %s "%s">' % (bytes([98 + n]), b'&%s;' % bytes([97 + n]) * 10) for n in range(12)
    ) + b']><x:xmpmeta xmlns:x="adobe:ns:meta/">&m;</x:xmpmeta>'  # fmt: skip
    stream = generic.StreamObject({pdf_name('/Type'): pdf_name('/Metadata')}, stream_data=text)
    writer.root[pdf_name('/Metadata')] = writer.add_object(stream)
    writer.update_root()


def deep_asn1(writer):
    value = b'\x05\x00'
    for _level in range(20_000):
        size = len(value)
        value = b'\x30\x83' + size.to_bytes(3, 'big') + value
    for key in ('/Certs', '/OCSPs'):
        stream = generic.StreamObject(stream_data=value)
        writer.root['/DSS'][key].append(writer.add_object(stream))
    writer.update_container(writer.root['/DSS'])


def huge_image(writer):
    image = generic.StreamObject(
        dictionary(
            Subtype=pdf_name('/Image'), ColorSpace=pdf_name('/DeviceRGB'),
            Width=generic.NumberObject(60_000), Height=generic.NumberObject(60_000),
            BitsPerComponent=generic.NumberObject(8), Filter=pdf_name('/FlateDecode'),
        ),
        encoded_data=zlib.compress(b'\0' * 2**24, 9),
    )  # fmt: skip
    page = writer.find_page_for_modification(0)[0].get_object()
    resources = page['/Resources']
    resources[pdf_name('/XObject')] = dictionary(I=writer.add_object(image))
    writer.update_container(page)
    text = generic.StreamObject(stream_data=b'q 500 0 0 500 0 0 cm /I Do Q')
    writer.add_stream_to_page(0, writer.add_object(text))


QUICK = (
    in_the_security_store, page_tree_in_a_circle, signature_in_thousands_of_fields, deep_asn1,
)  # fmt: skip
LONG = (
    in_the_metadata, in_a_field_s_appearance, pages_by_the_million, fields_in_a_circle,
    billion_laughs, huge_image,
)  # fmt: skip


def variants(*values):
    """For `make test-slow`: each of them goes the way of one of the others."""
    return [pytest.param(value, marks=pytest.mark.slow) for value in values]


def each(quick, long):
    changes = [*quick, *variants(*long)]
    return pytest.mark.parametrize('change', changes, ids=lambda change: change.__name__)


@each(QUICK, LONG)
def test_a_bomb_in_a_signed_file_is_never_good(change, sealed, roots):
    pdf = update(sealed, change)
    found = examine(pdf, roots=roots, timeout=SECONDS)
    assert found.colour in ('red', 'amber')
    assert found.refused_reason or found.problems or found.all_problems


@each((in_the_metadata, pages_by_the_million), (page_tree_in_a_circle, huge_image))
def test_a_bomb_that_is_uploaded_is_told_or_harmless(change):
    """What is accepted was drawn, page by page, within the limits."""
    report = inspect_upload(update(samples.pdf(2), change), timeout=SECONDS)
    assert report.refused_reason or report.pages <= 500


NESTED = {
    'arrays': b'[' * 200_000,
    'dictionaries': b'<< /A ' * 100_000,
    'text': b'(' * 1_000_000,
    'name': b'/' + b'A' * 5_000_000,
    'number': b'9' * 1_000_000,
    'comment': b'%' + b'x' * 5_000_000,
    'zeros': b'\0' * 5_000_000,
}


@pytest.mark.parametrize(
    'kind', ['arrays', 'text', 'name', 'number', 'zeros', *variants('dictionaries', 'comment')]
)
def test_deep_and_long_objects(kind):
    pdf = b'%PDF-1.7\n1 0 obj\n' + NESTED[kind]
    pdf += b'\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n'
    pdf += b'<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (pdf.rindex(b'xref'))
    assert examine(pdf, timeout=SECONDS).colour == 'red'
    assert inspect_upload(pdf, timeout=SECONDS).refused_reason


@pytest.mark.parametrize('size', [10**30, *variants(2**31, 2**63)])
def test_tables_that_claim_to_be_huge(size):
    pdf = samples.pdf()
    for old, new in ((b'/Size ', b'/Size %d ' % size), (b'xref\n0 ', b'xref\n0 %d' % size)):
        assert old in pdf
        changed = pdf.replace(old, new, 1)
        assert examine(changed, timeout=SECONDS).colour in ('red', 'amber')
        report = inspect_upload(changed, timeout=SECONDS)
        assert report.refused_reason or report.pages == 1

"""Texts that look like signatures, typed by somebody who wants an honest package to fail."""

import re

import flows
import packages
import pytest
import samples
from flows import finalised, sign_long_term
from packages import Envelope, unpacked, verify
from pades import fields, seal, stamper
from pyhanko.pdf_utils import generic
from revisions import update


@pytest.fixture(scope='module')
def certified(ca, make_signer):
    """What a participant can know before signing: the document as it was sent."""
    frozen = fields.freeze(samples.pdf(text='Document 1'), [samples.signer_fields(1)])
    return seal.certify(frozen, make_signer(), timestamper=stamper.LocalStamper.of(ca))


def typed_by_a_participant(monkeypatch, texts):
    """The first participants have such names, which stand in the PDF as they are."""
    monkeypatch.setattr(flows, 'NAMES', [*texts, *flows.NAMES][:5])


ODD = '/ByteRange [0 1 2 3]', '/ByteRange[0 9 9 99999999999]', '/ByteRange [ 7 1 2 3 ] )) >>'


@pytest.mark.parametrize('text', ODD)
def test_odd_ranges_in_names(text, ca, make_signer, tmp_path, monkeypatch):
    typed_by_a_participant(monkeypatch, [text])
    envelope = Envelope(ca, make_signer)
    assert text.encode() in envelope.final[0].pdf, 'it has to be there as it was typed'
    status, output = verify(unpacked(envelope.package(), tmp_path))
    assert status == 0 and output.count('ok     signed by') == 6, output


def imitations(sealed, length):
    """Ranges that leave out a real signature, but end elsewhere or where a real one does."""
    _start, first, rest, more = sealed.byte_range
    return [(first, rest, more), (first, rest, more - 9), (first, rest, length - rest)]


@pytest.mark.parametrize('number', [0, 1, 2])
def test_imitations_of_real_ranges(number, ca, make_signer, tmp_path, monkeypatch):
    """The document is printed again with what is known of how it will be signed."""
    stamps = stamper.LocalStamper.of(ca)

    def signing(pdf, *args, **options):
        sealed = sign_long_term(pdf, *args, **options)
        final = finalised(sealed, ca, stamps).pdf
        text = '/ByteRange [0 {} {} {}]'.format(*imitations(sealed[0], len(final))[number])
        typed_by_a_participant(monkeypatch, [text])
        return sign_long_term(pdf, *args, **options)

    monkeypatch.setattr(packages, 'sign_long_term', signing)
    envelope = Envelope(ca, make_signer)
    status, output = verify(unpacked(envelope.package(), tmp_path))
    assert status == 0 and output.count('ok     signed by') == 6, output


def with_object(thing):
    """A PDF with something in it that nothing refers to."""
    return update(samples.pdf(), lambda writer: writer.add_object(thing))


def test_left_over_in_the_original(ca, make_signer, tmp_path):
    """A signature was taken out of the upload, and its dictionary is still there."""
    places = generic.ArrayObject(map(generic.NumberObject, (0, 840, 960, 240)))
    left = generic.DictionaryObject({generic.pdf_name('/ByteRange'): places})
    original = with_object(left)
    envelope = Envelope(ca, make_signer, originals=[original])
    assert re.search(rb'/ByteRange\s*\[\s*0 840', envelope.final[0].pdf)
    status, output = verify(unpacked(envelope.package(), tmp_path))
    assert status == 0, output


def test_thousands_of_them_take_no_time(certified, ca, make_signer, tmp_path):
    _start, first, rest, more = certified.byte_range
    text = b' '.join(b'/ByteRange [0 %d %d %d]' % (first, rest, n) for n in range(more))
    original = with_object(generic.StreamObject(stream_data=text))
    envelope = Envelope(ca, make_signer, originals=[original])
    assert text in envelope.final[0].pdf
    status, output = verify(unpacked(envelope.package(), tmp_path))
    assert status == 0, output


@pytest.mark.parametrize('change', [b'/ByteRange [1 ', b'/ByteRange [0 1'])
def test_a_real_one_that_is_hidden_like_that_is_missed(change, envelope, tmp_path):
    """Whoever spoils a range changes the file, which the log tells."""
    pdf = envelope.final[0].pdf.replace(b'/ByteRange [0 ', change, 1)
    status, output = verify(unpacked(envelope.package(pdfs=[pdf, envelope.final[1].pdf]), tmp_path))
    assert status == 1 and 'not the file that the log names' in output, output

"""What somebody could do to a sealed file afterwards, and that check_sealed finds it."""


import pytest
import samples
from pades import fields, seal, validate
from pyhanko.pdf_utils import generic
from revisions import field, update
from test_flow import sign_all

NAMES = ['company', 'sign1', 'sign2']


@pytest.fixture(scope='module')
def sealed(make_signer):
    return sign_all(samples.pdf(), make_signer)


@pytest.fixture(scope='module')
def problems(sealed, roots):
    def check(pdf, sha256=None):
        return validate.check_sealed(pdf, roots=roots, expected_fields=NAMES, sha256=sha256)

    assert not check(sealed[-1].pdf, sealed[-1].sha256)
    return check


def test_flipped_bits_anywhere(sealed, problems):
    pdf = sealed[-1].pdf
    step = max(len(pdf) // 40, 1)
    for position in range(0, len(pdf), step):
        changed = bytearray(pdf)
        changed[position] ^= 0x10
        assert problems(bytes(changed), sealed[-1].sha256), position


def test_flipped_bits_are_found_without_the_recorded_hash(sealed, problems):
    pdf = sealed[-1].pdf
    start, length, _start, _length = sealed[-1].byte_range
    for position in (20, length // 2, length - 10):
        changed = bytearray(pdf)
        changed[start + position] ^= 0x01
        assert problems(bytes(changed))


def test_bytes_hidden_behind_the_signature(sealed, problems):
    pdf = bytearray(sealed[-1].pdf)
    end = sealed[-1].byte_range[2] - 1
    assert pdf[end - 20 : end] == b'0' * 20, 'the space kept is larger than the signature'
    pdf[end - 10 : end - 4] = b'CAFE00'
    assert any('hidden' in problem for problem in problems(bytes(pdf)))


@pytest.mark.parametrize('extra', [b'x', b'\n% a comment', b'\n%%EOF\n', b'\0', b' ' * 100])
def test_appended_bytes(sealed, problems, extra):
    assert problems(sealed[-1].pdf + extra)


def test_last_signer_cut_off(sealed, problems):
    assert any('sign2' in problem for problem in problems(sealed[1].pdf))


def test_another_whole_file(sealed, problems):
    assert problems(sealed[-1].pdf, sealed[1].sha256)


def test_refilled_field(sealed, problems):
    def refill(writer):
        widget = field(writer, 's1_name')
        widget['/V'] = generic.TextStringObject('Somebody else')
        writer.update_container(widget)

    assert problems(update(sealed[-1].pdf, refill))


def test_refilled_empty_field(sealed, problems):
    def refill(writer):
        widget = field(writer, 's1_empty')
        widget['/V'] = generic.TextStringObject('Added')
        writer.update_container(widget)

    found = problems(update(sealed[-1].pdf, refill))
    assert any('sign1' in problem for problem in found), 'the lock holds for fields left empty'


def test_changed_metadata(sealed, problems):
    def change(writer):
        info = writer.trailer['/Info']
        info['/Title'] = generic.TextStringObject('Another')
        writer.update_container(info)

    assert problems(update(sealed[-1].pdf, change))


def test_metadata_changed_before_somebody_else_signed(sealed, roots, make_signer):
    """An insider changes the title, and the company's own key signs what comes of it."""

    def retitle(writer):
        info = writer.trailer['/Info']
        info['/Title'] = generic.TextStringObject('Another')
        writer.update_container(info)

    def sign(pdf):
        return seal.close_unused(pdf, make_signer(), field_name='more', names=[]).pdf

    def codes(pdf):
        return [problem.code for problem in validate.look(pdf, roots=roots).problems]

    assert codes(sign(update(sealed[-1].pdf, retitle))) == ['metadata_changed']
    assert codes(sign(sealed[-1].pdf)) == []


def test_what_programs_write_about_themselves_is_no_change(sealed, roots, make_signer):
    def note(writer):
        info = writer.trailer['/Info']
        info['/Producer'] = generic.TextStringObject('Another program')
        writer.update_container(info)

    pdf = update(sealed[-1].pdf, note)
    pdf = seal.close_unused(pdf, make_signer(), field_name='more', names=[]).pdf
    assert not validate.look(pdf, roots=roots).problems


def test_other_metadata_put_in_place(make_signer, roots):
    """The trailer itself may name another /Info."""
    certified = seal.certify(fields.freeze(samples.pdf(), []), make_signer()).pdf

    def replace(writer):
        info = generic.DictionaryObject({'/Title': generic.TextStringObject('New')})
        writer.set_info(writer.add_object(info))

    pdf = seal.close_unused(update(certified, replace), make_signer(), names=[]).pdf
    found = validate.look(pdf, roots=roots).problems
    assert [problem.code for problem in found] == ['metadata_changed']


def test_changed_page(sealed, problems):
    def change(writer):
        content = generic.StreamObject(stream_data=b'0 0 300 300 re f')
        writer.add_stream_to_page(0, writer.add_object(content))

    assert problems(update(sealed[-1].pdf, change))


def test_further_signature(sealed, problems, make_signer):
    more = seal.close_unused(sealed[-1].pdf, make_signer('Mallory'), field_name='more', names=[])
    assert any('unexpected' in problem for problem in problems(more.pdf))


def test_another_authority_is_not_trusted(sealed):
    from pades import authority

    other = authority.create_authority('Other', None)
    reports = validate.validate(sealed[-1].pdf, roots=[other.root_cert])
    assert [report.ok for report in reports] == [False] * 3
    assert [r.ok for r in validate.validate(sealed[-1].pdf, roots=[])] == [False] * 3


@pytest.mark.parametrize('pdf', [b'', b'nonsense', b'%PDF-1.7\n%%EOF', samples.pdf()])
def test_unsigned_or_unreadable_is_a_problem_not_an_error(pdf, problems):
    assert problems(pdf)

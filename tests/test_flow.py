"""Freeze, certify, approve: what all independent readers have to accept."""

import asyncio
import io
import re

import pytest
import samples
from flows import signer_of
from pades import authority, errors, fields, seal, validate
from validators import check_independently, run

TWO = (samples.signer_fields(1, 60), samples.signer_fields(2, 320))
NAMES = {1: 'Łukasz Żółć', 2: 'Иван Петров'}


def sign_all(pdf, make_signer, order=(1, 2), fields_of=TWO):
    """Return the Sealed of the company and of each signer, in order."""
    frozen = fields.freeze(pdf, fields_of)
    sealed = [seal.certify(frozen, make_signer('Müster GmbH'), reason='Frozen')]
    for number in order:
        sealed.append(
            seal.approve(
                sealed[-1].pdf,
                make_signer(NAMES[number], evidence=f'evidence:{number}:{"a" * 64}'),
                field=f'sign{number}',
                values=samples.values(number),
                stamp=samples.stamp(NAMES[number]),
            )
        )
    return sealed


@pytest.mark.parametrize('order', [(1, 2), (2, 1)])
@pytest.mark.parametrize('pages', [1, 200])
def test_two_signers_in_either_order(order, pages, make_signer, roots):
    sealed = sign_all(samples.pdf(pages), make_signer, order)
    names = ['company', *(f'sign{number}' for number in order)]
    last = sealed[-1]
    assert not validate.check_sealed(
        last.pdf, roots=roots, expected_fields=names, sha256=last.sha256
    )
    reports = validate.validate(last.pdf, roots=roots)
    assert [report.field for report in reports] == names
    assert [report.covers_whole_file for report in reports] == [False, False, True]
    assert [report.signer_name for report in reports[1:]] == [NAMES[number] for number in order]
    assert [report.byte_range for report in reports] == [one.byte_range for one in sealed]
    check_independently(sealed, roots[0])


@pytest.mark.parametrize(
    'option', ['--object-streams=generate', '--linearize', '--qdf', '--newline-before-endstream']
)
def test_files_of_every_structure(option, make_signer, roots, tmp_path):
    """Cross-reference tables and streams, compressed objects, linearized files."""
    source, result = tmp_path / 'source.pdf', tmp_path / 'result.pdf'
    source.write_bytes(samples.pdf(3, form=True, outline=True))
    run('qpdf', option, source, result)
    sealed = sign_all(result.read_bytes(), make_signer)
    names = ['company', 'sign1', 'sign2']
    assert not validate.check_sealed(sealed[-1].pdf, roots=roots, expected_fields=names)
    check_independently(sealed, roots[0])


def test_signing_works_where_an_event_loop_runs(make_signer, roots):
    frozen = fields.freeze(samples.pdf(), TWO)

    async def certify():
        sealed = seal.certify(frozen, make_signer())
        return validate.check_sealed(sealed.pdf, roots=roots, expected_fields=['company'])

    assert asyncio.run(certify()) == []


def test_every_revision_is_valid_by_itself(make_signer, roots):
    names = ['company', 'sign1', 'sign2']
    for count, sealed in enumerate(sign_all(samples.pdf(), make_signer), start=1):
        assert not validate.check_sealed(sealed.pdf, roots=roots, expected_fields=names[:count])


def test_only_incremental_updates(make_signer):
    pdf = samples.pdf()
    previous = pdf
    for sealed in sign_all(pdf, make_signer):
        assert sealed.pdf.startswith(previous)
        previous = sealed.pdf


def test_texts_come_out_as_text(make_signer, tmp_path):
    path = tmp_path / 'document.pdf'
    path.write_bytes(sign_all(samples.pdf(), make_signer)[-1].pdf)
    text = ' '.join(run('pdftotext', '-layout', path, '-').split())
    for part in ('Łukasz Żółć ế Ж', 'Ελληνικά και ἀρχαῖα', 'Tiếng Việt', '1.234,50 €'):
        assert part in text
    assert 'Signed by Łukasz Żółć' in text
    assert 'Signed by Иван Петров' in text


def test_signing_twice_or_elsewhere_is_refused(make_signer):
    certified, first, _second = sign_all(samples.pdf(), make_signer)

    def approve(pdf, **changes):
        options = {'field': 'sign2', 'values': {}, 'stamp': samples.stamp(), **changes}
        return seal.approve(pdf, make_signer(), **options)

    with pytest.raises(errors.FieldError):
        approve(first.pdf, field='sign1')
    with pytest.raises(errors.FieldError):
        approve(first.pdf, field='nobody')
    with pytest.raises(errors.FieldError, match='no field of'):
        approve(certified.pdf, values={'s1_name': 'of another signer'})
    with pytest.raises(errors.FieldError):
        approve(certified.pdf, values={'s2_name': True})
    with pytest.raises(errors.FieldError):
        approve(certified.pdf, values={'s2_agree': 'yes'})
    with pytest.raises(errors.UnprintableText):
        approve(certified.pdf, values={'s2_name': '\u4f60\U0001f600\u202e'})
    with pytest.raises(errors.AlreadySigned):
        seal.certify(certified.pdf, make_signer())


def test_the_form_a_document_had_is_locked(make_signer, roots):
    sealed = sign_all(samples.pdf(form=True), make_signer)
    names = ['company', 'sign1', 'sign2']
    assert not validate.check_sealed(sealed[-1].pdf, roots=roots, expected_fields=names)
    check_independently(sealed, roots[0])


def test_a_document_signed_by_others_keeps_their_signature(make_signer, roots):
    foreign = seal.certify(
        fields.freeze(samples.pdf(), (), company_field='others'), make_signer('X'), field='others'
    )
    uncertified = _approved_by_others(make_signer)
    for start in (foreign, uncertified):
        frozen = fields.freeze(start.pdf, [TWO[0]])
        with pytest.raises(errors.AlreadySigned):
            seal.certify(frozen, make_signer())
        sealed = seal.approve(
            frozen,
            make_signer(),
            field='sign1',
            values={'s1_name': 'Ж in the stamp'},
            stamp=samples.stamp(),
        )
        names = ['others', 'sign1']
        assert not validate.check_sealed(sealed.pdf, roots=roots, expected_fields=names)
        check_independently([start, sealed], roots[0])


def test_signatures_of_others_need_not_be_trusted_but_intact(make_signer, roots):
    other = authority.create_authority('Others', None)
    theirs = signer_of(other, 'Other')
    start = _approved_by_others(lambda *_name: theirs)
    sealed = seal.approve(
        fields.freeze(start.pdf, [TWO[0]]),
        make_signer(),
        field='sign1',
        values={},
        stamp=samples.stamp(),
    )

    def check(pdf, **options):
        return validate.check_sealed(pdf, roots=roots, **options)

    assert not check(sealed.pdf, expected_fields=['sign1'], foreign_fields=['others'])
    assert check(sealed.pdf, expected_fields=['sign1', 'others'])
    assert check(sealed.pdf, expected_fields=['sign1'])
    assert check(sealed.pdf, expected_fields=[], foreign_fields=['others', 'sign1', 'more'])
    changed = bytearray(sealed.pdf)
    changed[40] ^= 1
    found = check(bytes(changed), expected_fields=['sign1'], foreign_fields=['others'])
    assert any('others' in problem for problem in found)


def test_a_certification_that_forbids_everything_is_respected(make_signer):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields as their_fields
    from pyhanko.sign import signers

    metadata = signers.PdfSignatureMetadata(
        'others', certify=True, docmdp_permissions=their_fields.MDPPerm.NO_CHANGES
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(samples.pdf()))
    locked = signers.sign_pdf(writer, metadata, make_signer()).getvalue()
    with pytest.raises(errors.PdfRefused) as refused:
        fields.freeze(locked, TWO)
    assert refused.value.code == 'locked'


def _approved_by_others(make_signer):
    frozen = fields.freeze(
        samples.pdf(), [fields.SignerFields('others')], company_field='never'
    )
    return seal.approve(frozen, make_signer(), field='others', values={}, stamp=samples.stamp())


def test_unused_fields_are_closed(make_signer, roots):
    frozen = fields.freeze(samples.pdf(), TWO)
    sealed = [seal.certify(frozen, make_signer('Müster GmbH'))]
    sealed.append(
        seal.approve(
            sealed[-1].pdf,
            make_signer(),
            field='sign1',
            values=samples.values(1),
            stamp=samples.stamp(),
        )
    )
    unused = ['sign2', *(spec.name for spec in TWO[1].fields)]
    sealed.append(seal.close_unused(sealed[-1].pdf, make_signer('Müster GmbH'), names=unused))
    names = ['company', 'sign1', 'company_close']
    assert not validate.check_sealed(sealed[-1].pdf, roots=roots, expected_fields=names)
    check_independently(sealed, roots[0])
    late = seal.approve(
        sealed[-1].pdf,
        make_signer('Too late'),
        field='sign2',
        values=samples.values(2),
        stamp=samples.stamp(),
    )
    reports = {report.field: report for report in validate.validate(late.pdf, roots=roots)}
    assert not reports['company_close'].ok


def test_title_is_set(make_signer, tmp_path):
    frozen = fields.freeze(samples.pdf(), TWO, title='Vertrag № 7 ж')
    path = tmp_path / 'document.pdf'
    path.write_bytes(frozen)
    assert re.search(r'Title: +Vertrag № 7 ж', run('pdfinfo', path))


@pytest.mark.parametrize(
    'spec',
    [
        {'name': 'a.b'},
        {'name': ''},
        {'name': 'sign1'},
        {'kind': 'video'},
        {'page': 7},
        {'page': -1},
        {'box': (10, 10, 10, 20)},
        {'box': (20, 10, 10, 20)},
        {'box': (0, 0, float('nan'), 1)},
        {'box': (0, 0, 1e9, 1)},
        {'box': (0, 0, 1)},
    ],
)
def test_impossible_fields_are_refused(spec):
    options = {'name': 'x', 'kind': 'text', 'page': 0, 'box': (10, 10, 100, 30), **spec}
    signer = fields.SignerFields('sign1', fields=(fields.FieldSpec(**options),))
    with pytest.raises(errors.PadesError):
        fields.freeze(samples.pdf(), [signer])


@pytest.mark.parametrize('damage', ['cut', 'noise', 'empty', 'text'])
def test_damaged_pdfs_raise_our_error_only(damage):
    pdf = samples.pdf()
    pdf = {
        'cut': pdf[: len(pdf) // 2],
        'noise': re.sub(rb'obj', b'obk', pdf),
        'empty': b'',
        'text': b'%PDF-1.4 hello',
    }[damage]
    with pytest.raises(errors.PdfRefused):
        fields.freeze(pdf, TWO)

"""PAdES B-LTA for every signature, as all judges see it, today and in fifteen years."""

import dataclasses
import datetime
import time

import bygone
import pytest
import samples
from bygone import NOW, YEAR
from flows import NAMES, finalised, sign_long_term, signer_of
from pades import (
    authority,
    errors,
    fields,
    finalise,
    longterm,
    renew,
    seal,
    stamper,
    structure,
)
from pades import validate as validation
from pades.revocation import Material, material, root_crl
from pyhanko.sign.validation.dss import DocumentSecurityStore
from revisions import update
from validators import check_long_term, openssl_ts


def names_of(order, *more):
    return ['company', *(f'sign{number}' for number in order), *more]


@pytest.fixture(scope='module')
def stamps(ca):
    return stamper.LocalStamper.of(ca)


@pytest.fixture(scope='module')
def two(ca, make_signer, stamps):
    """Two signers' signatures, and the final stamp."""
    sealed = sign_long_term(samples.pdf(2), make_signer, stamps)
    return [*sealed, finalised(sealed, ca, stamps)]


@pytest.fixture(scope='module')
def problems(roots):
    def check(pdf, names=('company', 'sign1', 'sign2', 'archive_1'), level='B-LTA', **options):
        return validation.check_sealed(
            pdf, roots=roots, expected_fields=names, level=level, **options
        )

    return check


@pytest.mark.parametrize(
    ('order', 'document'),
    [
        pytest.param((1, 2, 3, 4, 5), {'pages': 1}, marks=pytest.mark.slow),
        pytest.param((5, 3, 1, 4, 2), {'pages': 30, 'outline': True}, marks=pytest.mark.slow),
        ((2, 5, 4, 1, 3), {'form': True, 'rotate': 90}),
    ],
)
def test_five_signers_in_mixed_order(
    order, document, ca, roots, make_signer, stamps, problems
):
    sealed = sign_long_term(samples.pdf(**document), make_signer, stamps, order)
    last = finalised(sealed, ca, stamps)
    names = names_of(order, 'archive_1')
    assert not problems(last.pdf, names, sha256=last.sha256)
    reports = validation.validate(last.pdf, roots=roots)
    assert [report.field for report in reports] == names
    assert {report.level for report in reports if not report.is_stamp} == {'B-LTA'}
    assert all(report.proven_time for report in reports)
    for moment, maintained in ((None, False), (NOW + 15 * YEAR, False), (NOW + 15 * YEAR, True)):
        verdicts = longterm.judge(last.pdf, roots=roots, moment=moment, maintained=maintained)
        assert [verdict.indication for verdict in verdicts] == ['TOTAL_PASSED'] * 6
    assert not problems(last.pdf, names, moment=NOW + 15 * YEAR)
    assert {one.level for one in structure.check_structure(last.pdf)} == {'B-LTA', None}
    check_long_term(sealed, last, roots[0])


def test_unused_fields_stay_closed(ca, roots, make_signer, stamps, problems):
    sealed = sign_long_term(samples.pdf(), make_signer, stamps, (2,), unused=(1, 3))
    last = finalised(sealed, ca, stamps)
    assert not problems(last.pdf, ['company', 'sign2', 'company_close', 'archive_1'])
    check_long_term(sealed, last, roots[0])


def test_each_step_has_its_level(two, roots, make_signer):
    frozen = fields.freeze(samples.pdf(), [])
    plain = seal.certify(frozen, make_signer()).pdf
    assert [one.level for one in structure.check_structure(plain)] == ['B-B']
    assert [one.level for one in validation.validate(plain, roots=roots)] == ['B-B']
    for sealed in two[:-1]:
        assert {one.level for one in structure.check_structure(sealed.pdf)} == {'B-T'}
        assert {one.level for one in validation.validate(sealed.pdf, roots=roots)} == {'B-T'}


def test_store_alone_is_lt(two, ca, problems):
    found = material(ca, [one.cert_der for one in two[:-1]])
    pdf = update(two[-2].pdf, lambda writer: finalise._add_to_dss(writer, found))
    assert {one.level for one in structure.check_structure(pdf)} == {'B-LT'}
    reports = validation.validate(pdf, roots=[ca.root_cert])
    assert {one.level for one in reports} == {'B-LT'}


def test_store_added_after_the_stamp_is_not_covered(two, ca, stamps):
    """6.3 x: the validation data have to be there before the document is stamped."""
    last = finalise.add_stamp(finalise.open_writer(two[-2].pdf), Material(), stamps)
    found = material(ca, [one.cert_der for one in two[:-1]])
    pdf = update(last.pdf, lambda writer: finalise._add_to_dss(writer, found))
    assert {one.level for one in structure.check_structure(pdf)} == {'B-LT', None}
    levels = {one.level for one in validation.validate(pdf, roots=[ca.root_cert])}
    assert 'B-LTA' not in levels
    again = finalise.add_stamp(finalise.open_writer(pdf), Material(), stamps)
    assert {one.level for one in structure.check_structure(again.pdf)} == {'B-LTA', None}


@pytest.mark.parametrize('entry', ['reason', 'policy'])
def test_a_reason_and_a_policy_exclude_each_other(entry, make_signer):
    import hashlib
    import io

    from asn1crypto import algos
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.ades import api, cades_asn1
    from pyhanko.sign.fields import SigSeedSubFilter

    policy = cades_asn1.SignaturePolicyIdentifier({
        'signature_policy_id': cades_asn1.SignaturePolicyId({
            'sig_policy_id': '2.999.1',
            'sig_policy_hash': algos.DigestInfo({
                'digest_algorithm': {'algorithm': 'sha256'},
                'digest': hashlib.sha256(b'policy').digest(),
            }),
        })
    })  # fmt: skip
    metadata = signers.PdfSignatureMetadata(
        'x', subfilter=SigSeedSubFilter.PADES, md_algorithm='sha256',
        reason='I agree' if entry == 'reason' else None,
        cades_signed_attr_spec=api.CAdESSignedAttrSpec(signature_policy_identifier=policy),
    )  # fmt: skip
    writer = IncrementalPdfFileWriter(io.BytesIO(samples.pdf()))
    found = structure.check_structure(
        signers.sign_pdf(writer, metadata, make_signer()).getvalue()
    )[0]
    assert (found.level is None) == (entry == 'reason'), found.problems
    assert any('policy' in problem for problem in found.problems) == (entry == 'reason')


def test_three_documents_of_one_envelope(ca, roots, make_signer, stamps, problems):
    """Each person signs all documents with one certificate; everybody's order is another."""
    people = {name: make_signer(name) for name in ('Müster GmbH', *NAMES)}
    for number, order in enumerate(((1, 2, 3), (3, 1, 2), (2, 3, 1)), start=1):
        document = samples.pdf(number, text=f'Document {number}', rotate=90 * (number - 1))
        sealed = sign_long_term(document, lambda name, evidence=None: people[name], stamps, order)
        last = finalised(sealed, ca, stamps)
        assert not problems(last.pdf, names_of(order, 'archive_1'), sha256=last.sha256)
        for moment in (None, NOW + 15 * YEAR):
            verdicts = longterm.judge(last.pdf, roots=roots, moment=moment)
            assert [verdict.indication for verdict in verdicts] == ['TOTAL_PASSED'] * 4
        check_long_term(sealed, last, roots[0])


@pytest.mark.parametrize('gone', ['ocsps', 'crls', 'all'])
def test_without_material_it_is_not_for_the_long_term(gone, two, ca, stamps, roots):
    found = material(ca, [one.cert_der for one in two[:-1]])
    left = {'certs': found.certs, 'ocsps': found.ocsps, 'crls': found.crls, gone: ()}
    left = Material() if gone == 'all' else Material(**left)
    pdf = two[-2].pdf
    last = finalise.add_stamp(finalise.open_writer(pdf), left, stamps)
    reports = validation.validate(last.pdf, roots=roots)
    assert {one.level for one in reports if not one.is_stamp} == {'B-T'}
    assert any('long term' in text for text in reports[0].level_problems) or gone == 'all'


def test_answers_for_one_do_not_serve_another(two, ca, stamps, roots):
    found = material(ca, [two[0].cert_der])
    last = finalise.add_stamp(finalise.open_writer(two[-2].pdf), found, stamps)
    levels = [one.level for one in validation.validate(last.pdf, roots=roots)]
    assert levels == ['B-LTA', 'B-T', 'B-T', None]


def test_a_signature_without_time_stamp_is_told(ca, roots, make_signer, stamps):
    """pyHanko's engine wants a time stamp on the signature itself."""
    sealed = seal.certify(fields.freeze(samples.pdf(), []), make_signer())
    last = finalised([sealed], ca, stamps)
    assert validation.validate(last.pdf, roots=roots)[0].level == 'B-T'


def test_revoked_certificates_show(two, ca, stamps, roots):
    serial = int(validation.validate(two[-1].pdf, roots=roots)[1].serial, 16)
    hour_ago = NOW - datetime.timedelta(hours=1)
    last = finalised(two[:-1], ca, stamps, revoked={serial: hour_ago})
    reports = validation.validate(last.pdf, roots=roots)
    assert [one.ok for one in reports] == [True, False, True, True]
    assert 'the certificate was revoked' in reports[1].problems
    verdicts = longterm.judge(last.pdf, roots=roots)
    assert [verdict.passed for verdict in verdicts] == [True, False, True]


def test_a_certificate_without_answer_expires_with_one_it_does_not(two, problems, roots):
    late = NOW + 2 * YEAR
    reports = validation.validate(two[-2].pdf, roots=roots, moment=late)
    assert not any(one.ok for one in reports), 'B-T ends with the certificate'
    assert not problems(two[-1].pdf, moment=late)
    assert problems(two[-1].pdf, moment=NOW + 31 * YEAR), 'and everything with the root'


def test_another_authority_is_not_trusted(two):
    other = authority.create_authority('Other', None)
    reports = validation.validate(two[-1].pdf, roots=[other.root_cert])
    assert not any(one.ok for one in reports)
    assert not any(verdict.passed for verdict in longterm.judge(two[-1].pdf, roots=[]))


def test_document_time_stamp_is_checked_by_openssl(two, roots):
    last = two[-1]
    openssl_ts(last, roots[0])
    changed = dataclasses.replace(last, pdf=last.pdf[:100] + b'x' + last.pdf[101:])
    openssl_ts(changed, roots[0], ok=(1,))


def test_the_last_revision_can_not_be_cut_or_changed(two, problems):
    assert problems(two[-2].pdf)
    pdf = two[-1].pdf
    assert problems(pdf + b'x')
    start = len(two[-2].pdf)
    for position in range(start + 100, len(pdf), (len(pdf) - start) // 15):
        changed = bytearray(pdf)
        changed[position] ^= 0x04
        assert problems(bytes(changed), sha256=two[-1].sha256), position


def test_removed_store_is_found(two, problems):
    def remove(writer):
        del writer.root['/DSS']
        writer.update_root()

    assert problems(update(two[-1].pdf, remove))


def test_swapped_time_stamp_is_found(two, problems, ca, make_signer, stamps):
    other = sign_long_term(samples.pdf(text='Another'), make_signer, stamps)
    theirs, ours = finalised(other, ca, stamps), two[-1]
    start, end = ours.byte_range[1], ours.byte_range[2]
    token = theirs.pdf[theirs.byte_range[1] : theirs.byte_range[2]]
    assert len(token) == end - start
    found = problems(ours.pdf[:start] + token + ours.pdf[end:])
    assert any('archive_1' in problem for problem in found)


def test_damaged_store_is_found_not_an_error(two, ca, roots, stamps):
    def damage(writer):
        from pyhanko.pdf_utils import generic

        answer = writer.root['/DSS']['/OCSPs'][0].get_object()
        answer._data = answer._encoded_data = b'\x30\x03\x02\x01'
        writer.update_container(answer)
        assert isinstance(answer, generic.StreamObject)

    pdf = update(two[-1].pdf, damage)
    assert any('damaged' in text for one in structure.check_structure(pdf) for text in one.problems)
    reports = validation.validate(pdf, roots=roots)
    assert 'B-LTA' not in {one.level for one in reports}


def test_renewal_goes_on_and_on(two, ca, roots, stamps, problems):
    names, pdf = ['company', 'sign1', 'sign2', 'archive_1'], two[-1].pdf
    for number in (2, 3):
        again = renew.renew(pdf, authorities=[ca], stamper=stamps)
        assert again.pdf.startswith(pdf)
        pdf = again.pdf
        names.append(f'archive_{number}')
        assert not problems(pdf, names)
        assert not problems(pdf, names, moment=NOW + 15 * YEAR)
        openssl_ts(again, roots[0])
    assert problems(pdf[: -len(again.pdf) + len(pdf) - 1], names)
    verdicts = longterm.judge(pdf, roots=roots, moment=NOW + 15 * YEAR)
    assert all(verdict.passed for verdict in verdicts)


@pytest.mark.parametrize('renewed', [False, True])
def test_renewal_outlives_the_stamper(renewed):
    """Signed 25 years ago; the stamper ended 16 years ago, three after the renewal by another."""
    then, later = NOW - 26 * YEAR, NOW - 19 * YEAR
    old = authority.create_authority('Predecessor', 'DE', now=then)
    old = bygone.with_stamper(old, then)
    new = authority.create_authority('Successor', 'DE', now=later)
    signing = then + YEAR

    stamps = stamper.LocalStamper.of(old, clock=lambda: signing)
    last = finalised(
        sign_long_term(samples.pdf(), bygone.signers_of(old, signing), stamps),
        old, stamps, now=signing,
    )
    names = ['company', 'sign1', 'sign2', 'archive_1']
    if renewed:
        last = renew.renew(
            last.pdf,
            authorities=[old, new],
            stamper=stamper.LocalStamper.of(new, clock=lambda: later),
            now=later,
        )
        names.append('archive_2')
    both = [old.root_cert, new.root_cert]
    verdicts = longterm.judge(last.pdf, roots=both)
    assert [verdict.passed for verdict in verdicts] == [renewed] * 3, verdicts
    found = validation.check_sealed(last.pdf, roots=both, expected_fields=names, level='B-LTA')
    assert (not found) == renewed, found


def test_signatures_of_two_authorities(ca, roots, make_signer, stamps):
    """The authority was renewed while people were signing."""
    new = authority.create_authority('Müster & Söhne GmbH', 'DE')
    frozen = fields.freeze(samples.pdf(), [samples.signer_fields(1)])
    certified = seal.certify(frozen, make_signer(), timestamper=stamps)
    sealed = seal.approve(
        certified.pdf, signer_of(new), field='sign1', values={}, stamp=samples.stamp(),
        timestamper=stamper.LocalStamper.of(new),
    )
    last = finalise.finalise(
        sealed.pdf, authorities=[new, ca], stamper=stamper.LocalStamper.of(new)
    )
    options = {'expected_fields': ['company', 'sign1', 'archive_1'], 'level': 'B-LTA'}
    both = [*roots, new.root_cert]
    assert not validation.check_sealed(last.pdf, roots=both, **options)
    assert validation.check_sealed(last.pdf, roots=roots, **options)


def test_one_store_without_doubles(two):
    from pades.forms import open_reader

    store = DocumentSecurityStore.read_dss(open_reader(two[-1].pdf))
    certs = [certificate.dump() for certificate in store.load_certs()]
    assert len(certs) == len(set(certs)) == 3 + 4
    assert len(store.ocsps) == 3 and len(store.crls) == 1 and not store.vri_entries


def test_root_key_is_not_needed_with_a_list_made_before(two, ca, stamps, problems):
    before = {ca.root_cert: root_crl(ca)}
    without = dataclasses.replace(ca, root_key=b'', issuing_key=b'', tsa_key=b'')
    last = finalised(two[:-1], without, stamps, root_crls=before)
    assert not problems(last.pdf)


def test_what_can_not_be_finalised_is_refused(ca, stamps, make_signer):
    with pytest.raises(errors.PdfRefused) as refused:
        finalise.finalise(samples.pdf(), authorities=[ca], stamper=stamps)
    assert refused.value.code == 'unsigned'
    sealed = seal.certify(fields.freeze(samples.pdf(), []), make_signer())
    with pytest.raises(errors.PdfRefused) as refused:
        renew.renew(sealed.pdf, authorities=[ca], stamper=stamps)
    assert refused.value.code == 'unstamped'
    with pytest.raises(errors.PdfRefused):
        finalise.finalise(b'nonsense', authorities=[ca], stamper=stamps)
    with pytest.raises(errors.PadesError):
        longterm.judge(b'nonsense', roots=[])


def test_signatures_of_others_are_kept_and_need_not_reach_the_level(ca, roots, stamps, make_signer):
    other = authority.create_authority('Others', None)
    theirs = signer_of(other, 'Other')
    start = fields.freeze(samples.pdf(), [fields.SignerFields('others')], company_field='never')
    start = seal.approve(start, theirs, field='others', values={}, stamp=samples.stamp()).pdf
    sealed = seal.approve(
        fields.freeze(start, [samples.signer_fields(1)]),
        make_signer(),
        field='sign1',
        values={},
        stamp=samples.stamp(),
        timestamper=stamps,
    )
    last = finalised([sealed], ca, stamps)
    options = {'roots': roots, 'expected_fields': ['sign1', 'archive_1'], 'level': 'B-LTA'}
    assert not validation.check_sealed(last.pdf, foreign_fields=['others'], **options)
    assert validation.check_sealed(last.pdf, **options)
    reports = validation.validate(last.pdf, roots=[*roots, other.root_cert])
    assert [one.level for one in reports] == ['B-T', 'B-LTA', None]
    assert all(one.ok for one in reports)


def test_size_and_time(ca, make_signer, stamps):
    """Freeze, certification, an approval with nine fields, finalisation, all stamped."""
    best = None
    for _repeat in range(5):
        start = time.process_time()
        sealed = sign_long_term(samples.pdf(), make_signer, stamps, (1,))
        last = finalised(sealed, ca, stamps)
        spent = time.process_time() - start
        best = min(best or spent, spent)
    assert best < 0.4
    assert len(last.pdf) - len(sealed[-1].pdf) < 20_000
    assert len(last.pdf) - len(samples.pdf()) < 70_000

"""A company's authority is made anew, or its services are: old documents and open ones hold."""

import dataclasses
import datetime

import flows
import pytest
import samples
from cryptography import x509
from pades import authority, fields, finalise, renew, seal, stamper, validate
from pades.longterm import judge
from pades.revocation import concerned, root_crl

NOW = datetime.datetime.now(datetime.timezone.utc)
LATER = NOW + datetime.timedelta(days=15 * 365)
NAMES = ['company', 'sign1', 'sign2', 'archive_1']


@pytest.fixture(scope='module')
def renewed(ca):
    return authority.renew_services(ca, 'Müster & Söhne GmbH', 'DE')


@pytest.fixture(scope='module')
def another():
    return authority.create_authority('Müster & Söhne GmbH', 'DE')


def signed_by(*cas):
    """Return a PDF whose signatures, one after the other, are of these authorities."""
    specs = [samples.signer_fields(number, 20 + 110 * number) for number in (1, 2)]
    last = seal.certify(
        fields.freeze(samples.pdf(), specs),
        flows.signer_of(cas[0]),
        timestamper=stamper.LocalStamper.of(cas[0]),
    )
    for number, ca in enumerate(cas[1:], start=1):
        last = seal.approve(
            last.pdf,
            flows.signer_of(ca, flows.NAMES[number]),
            field=f'sign{number}',
            values=samples.values(number, flows.NAMES[number]),
            stamp=samples.stamp(flows.NAMES[number]),
            timestamper=stamper.LocalStamper.of(ca),
        )
    return last.pdf


def assert_good(pdf, roots, names=NAMES):
    for moment in (None, LATER):
        assert not validate.check_sealed(
            pdf, roots=roots, expected_fields=names, level='B-LTA', moment=moment
        )
        assert all(one.passed for one in judge(pdf, roots=roots, moment=moment))


def test_services_are_renewed_under_the_same_root(ca, renewed):
    assert renewed.root_cert == ca.root_cert and renewed.root_key == ca.root_key
    root = x509.load_der_x509_certificate(ca.root_cert)
    for purpose in ('issuing', 'ocsp', 'tsa'):
        old, new = (
            x509.load_der_x509_certificate(getattr(one, f'{purpose}_cert'))
            for one in (ca, renewed)
        )
        assert old.public_key() != new.public_key()
        assert old.subject != new.subject
        assert new.not_valid_after_utc <= root.not_valid_after_utc


@pytest.mark.parametrize('kind', ['renewed', 'another'])
def test_a_document_begun_before_is_finished_after(ca, kind, request):
    new = request.getfixturevalue(kind)
    pdf = signed_by(ca, ca, new)
    last = finalise.finalise(
        pdf, authorities=[new, ca], stamper=stamper.LocalStamper.of(new)
    )
    assert_good(last.pdf, [ca.root_cert, new.root_cert])


@pytest.mark.parametrize('kind', ['renewed', 'another'])
def test_the_stamp_of_the_old_one_is_renewed_without_its_keys(ca, kind, request):
    new = request.getfixturevalue(kind)
    made = finalise.finalise(
        signed_by(ca, ca, ca), authorities=[ca], stamper=stamper.LocalStamper.of(ca)
    )
    keys = {f'{purpose}_key': b'' for purpose in ('root', 'issuing', 'ocsp', 'tsa')}
    gone = dataclasses.replace(ca, last_crl=root_crl(ca), **keys)
    again = renew.renew(
        made.pdf, authorities=[new, gone], stamper=stamper.LocalStamper.of(new)
    )
    assert_good(again.pdf, [ca.root_cert, new.root_cert], [*NAMES, 'archive_2'])


def test_only_those_concerned_are_in_the_file(ca, another, renewed):
    """Each further authority would add 3 kB to every document."""
    options = {'stamper': stamper.LocalStamper.of(ca)}
    pdf = signed_by(ca, ca, ca)
    alone = finalise.finalise(pdf, authorities=[ca], **options).pdf
    among = finalise.finalise(pdf, authorities=[another, renewed, ca], **options).pdf
    assert abs(len(among) - len(alone)) < 100
    leaf = flows.signer_of(another).cert_der
    assert concerned([ca, another], [leaf], []) == [another]
    assert concerned([ca, another], [], [ca.tsa_cert]) == [ca]
    assert concerned([ca, another], [], [None]) == []

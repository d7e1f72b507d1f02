"""Keys and certificates of others: what is accepted, what is refused and why, and what it gives."""

import datetime
import time

import outside as outsiders
import pytest
import samples
from pades import authority, errors, fields, finalise, longterm, seal, stamper, validate
from pades.seals import check, gather, pkcs12
from pades.stamp_servers import StampServer, StampServers
from seal_steps import finalised, problems_of, signed

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _well_behaved(outside):
    outside.mode = {}
    outside.asked.clear()


@pytest.fixture
def stamps(outside):
    return StampServers([StampServer(outside.tsa)], roots=[outside.root])


def opened(outside, name='rsa', **options):
    return pkcs12.open_pkcs12(outside.pkcs12(name, **options), outsiders.PASSWORD)


def refusal(*args, **options):
    with pytest.raises(errors.SealRefused) as refused:
        pkcs12.open_pkcs12(*args, **options)
    error = refused.value
    assert not error.transient
    assert outsiders.PASSWORD not in error.message and '\n' not in error.message
    return error


# ------------------------------------------------------------------ what is accepted
@pytest.mark.parametrize('name', ['rsa', 'p256', 'p384', 'mail'])
def test_sound_files_open_with_their_chain(outside, name):
    signer = opened(outside, name)
    assert signer.cert_der == outside.certificate(name)
    assert signer.chain == (outside.certificate('interm'), outside.root)


def test_a_file_is_parsed_once(outside):
    data = outside.pkcs12('rsa')
    first = pkcs12.open_pkcs12(data, outsiders.PASSWORD)
    start = time.perf_counter()
    again = pkcs12.open_pkcs12(data, outsiders.PASSWORD)
    assert again._key is first._key and time.perf_counter() - start < 0.2
    assert refusal(data, 'other').code == 'password', 'and only for who knows the password'


def test_what_the_file_lacks_may_be_given(outside):
    alone = outside.pkcs12('rsa', chain=())
    assert refusal(alone, outsiders.PASSWORD).code == 'chain'
    others = [outside.root, outside.certificate('interm')]
    signer = pkcs12.open_pkcs12(alone, outsiders.PASSWORD, others=others)
    assert signer.chain[-1] == outside.root
    signer = pkcs12.open_pkcs12(
        outside.pkcs12('rsa', chain=('interm',)), outsiders.PASSWORD, roots=[outside.root]
    )
    assert signer.chain[-1] == outside.root
    signer = pkcs12.open_pkcs12(
        alone, outsiders.PASSWORD, roots=[outside.certificate('interm')]
    )
    assert signer.chain == (outside.certificate('interm'),), 'a root need not be self-signed'


# ------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ('name', 'code', 'words'),
    [
        ('expired', 'expired', 'expired on 2021-01-01'),
        ('future', 'not_yet_valid', 'is not valid before 2090-01-01'),
        ('server', 'wrong_usage', 'not for signing'),
        ('encrypting', 'wrong_usage', 'not for signing'),
        ('weak', 'algorithm', '1024 bits'),
        ('ed25519', 'algorithm', 'Ed25519'),
        ('dsa', 'algorithm', 'DSA'),
        ('silent', 'no_revocation', 'OCSP'),
        ('by_list', 'no_revocation', 'OCSP'),
        ('other_root', 'chain', 'itself'),
    ],
)
def test_certificates_that_must_not_sign(outside, name, code, words):
    error = refusal(outside.pkcs12(name), outsiders.PASSWORD)
    assert error.code == code and words in error.message


def test_keys_and_certificates_of_different_people(outside):
    cert_der = outside.certificate('p256')
    others = [outside.certificate('interm'), outside.root]
    with pytest.raises(errors.SealRefused) as refused:
        check.check(cert_der, others, public_key=outside.keys['other'].public_key())
    assert refused.value.code == 'key_mismatch'
    assert check.check(cert_der, others, public_key=outside.keys['p256'].public_key())


def test_a_chain_to_another_root_is_none(outside):
    others = [outside.certificate('interm'), outside.certificate('other_root')]
    with pytest.raises(errors.SealRefused) as refused:
        check.check(outside.certificate('p256'), others)
    assert refused.value.code == 'chain' and 'Outside root' in refused.value.message


def test_time_goes_by(outside):
    signer = opened(outside)
    checked = check.check(signer.cert_der, signer.chain)
    late = checked.ends + DAY
    assert refusal(outside.pkcs12(), outsiders.PASSWORD, now=late).code == 'expired'


@pytest.mark.parametrize('data', [b'', b'x', b'%PDF-1.4', b'\x30\x80' * 20, bytes(300_000)])
def test_files_that_are_none(data):
    assert refusal(data, 'x').code == 'format'


def test_damaged_files_are_refused(outside):
    data = outside.pkcs12()
    for position in range(0, len(data), 97):
        damaged = bytearray(data)
        damaged[position] ^= 0x11
        try:
            signer = pkcs12.open_pkcs12(bytes(damaged), outsiders.PASSWORD)
        except errors.SealRefused:
            continue
        assert signer.cert_der == outside.certificate('rsa')


def test_password_and_its_absence(outside):
    data = outside.pkcs12()
    for wrong in ('', 'x', outsiders.PASSWORD + ' '):
        assert refusal(data, wrong).code == 'password'
    assert pkcs12.open_pkcs12(outside.pkcs12(password=''), '')


# ------------------------------------------------------------------ what it gives
@pytest.mark.parametrize(
    'name', ['rsa', *(pytest.param(name, marks=pytest.mark.slow) for name in ('p384', 'mail'))]
)
def test_outside_seal_and_stamps_are_for_the_long_term(outside, stamps, name):
    last = signed(opened(outside, name), stamps)
    found = gather.gather(last.pdf, roots=[outside.root], stamp_roots=[outside.root])
    final = finalise.finalise(last.pdf, authorities=[], stamper=stamps, extra=found)
    outside.mode = {'ocsp': 'down', 'crls': 'down', 'certs': 'down'}
    outside.asked.clear()
    for ahead in (0, 1, 40, 4 * 365, 15 * 365):
        moment = NOW + ahead * DAY if ahead else None
        assert not validate.check_sealed(
            final.pdf, roots=[outside.root], stamp_roots=[outside.root], level='B-LTA',
            expected_fields=['company', 'sign1', 'archive_1'], moment=moment,
        )  # fmt: skip
        for maintained in (False, True) if ahead else (False,):
            verdicts = longterm.judge(
                final.pdf, roots=[outside.root], stamp_roots=[outside.root], moment=moment,
                maintained=maintained,
            )  # fmt: skip
            assert [one.indication for one in verdicts] == ['TOTAL_PASSED'] * 2
    assert not outside.asked, 'all of it offline'


def test_own_seal_with_outside_stamps(outside, stamps, ca, make_signer):
    last = signed(make_signer(), stamps)
    found = gather.gather(
        last.pdf, roots=[ca.root_cert], stamp_roots=[outside.root], authorities=[ca]
    )
    assert found.crls and outside.root in found.certs
    assert not any('/ocsp/' in path for path in outside.asked), 'nobody is asked about our own'
    final = finalise.finalise(last.pdf, authorities=[ca], stamper=stamps, extra=found)
    for ahead in (0, 40, 15 * 365):
        assert not validate.check_sealed(
            final.pdf, roots=[ca.root_cert], stamp_roots=[outside.root], level='B-LTA',
            expected_fields=['company', 'sign1', 'archive_1'],
            moment=NOW + ahead * DAY if ahead else None,
        )  # fmt: skip


def test_stamper_whose_number_another_has_too(outside, ca, make_signer):
    """The certificates in a stamp may have the same number, by different issuers."""
    stamps = StampServers([StampServer(f'{outside.url}/outside/tsa/asked')], roots=[outside.root])
    last = signed(make_signer(), stamps)
    found = gather.gather(
        last.pdf, roots=[ca.root_cert], stamp_roots=[outside.root], authorities=[ca]
    )
    assert outside.certificate('asked_tsa') in found.certs and len(found.ocsps) == 1
    final = finalise.finalise(last.pdf, authorities=[ca], stamper=stamps, extra=found)
    assert not validate.check_sealed(
        final.pdf, roots=[ca.root_cert], stamp_roots=[outside.root], level='B-LTA',
        expected_fields=['company', 'sign1', 'archive_1'],
    )  # fmt: skip


def test_outside_seal_with_own_stamps(outside, ca):
    final = finalised(opened(outside), outside, ca)
    for ahead in (0, 40, 15 * 365):
        moment = NOW + ahead * DAY if ahead else None
        assert not problems_of(final, outside, ca, moment)


def test_a_new_key_of_another_kind_goes_on(outside, ca):
    """The seal was renewed meanwhile; elliptic curves make it a newer PDF version."""
    ours = stamper.LocalStamper.of(ca)
    frozen = fields.freeze(samples.pdf(), [samples.signer_fields(1)])
    certified = seal.certify(frozen, opened(outside, 'rsa'), timestamper=ours)
    last = seal.approve(
        certified.pdf, opened(outside, 'p256'), field='sign1', values=samples.values(1, 'Zoë'),
        stamp=samples.stamp('Zoë'), timestamper=ours,
    )  # fmt: skip
    found = gather.gather(
        last.pdf, roots=[outside.root], stamp_roots=[ca.root_cert], authorities=[ca]
    )
    final = finalise.finalise(last.pdf, authorities=[ca], stamper=ours, extra=found)
    assert not validate.check_sealed(
        final.pdf, roots=[outside.root], stamp_roots=[ca.root_cert], level='B-LTA',
        expected_fields=['company', 'sign1', 'archive_1'],
    )  # fmt: skip


def test_nobody_is_asked_where_all_is_our_own(ca, make_signer):
    last = signed(make_signer(), stamper.LocalStamper.of(ca))
    found = gather.gather(last.pdf, roots=[ca.root_cert], authorities=[ca])
    assert not found.ocsps and not found.crls and not found.certs


# ------------------------------------------------------------------ what goes wrong
def test_an_answer_older_than_the_signature_is_not_taken(outside, ca, monkeypatch):
    """Once the certificate has ended, it would not show that it was good when it was used."""
    ahead = datetime.timedelta(minutes=10)
    later = stamper.LocalStamper(
        ca.tsa_cert, ca.tsa_key, clock=lambda: datetime.datetime.now(datetime.timezone.utc) + ahead
    )
    last = signed(opened(outside), later)
    roots = {'roots': [outside.root], 'stamp_roots': [ca.root_cert], 'authorities': [ca]}
    monkeypatch.setattr(gather, 'SOON', datetime.timedelta(days=3650))
    with pytest.raises(errors.RevocationFailed, match='no new answer yet'):
        gather.gather(last.pdf, **roots)
    monkeypatch.setattr(gather, 'SOON', datetime.timedelta(0))
    assert gather.gather(last.pdf, **roots).ocsps, 'the next one is too far away to wait for'


def test_revoked_certificates_are_told(outside, stamps, ca):
    known = {'roots': [outside.root], 'stamp_roots': [ca.root_cert], 'authorities': [ca]}
    last = signed(opened(outside, 'revoked'), stamps)
    with pytest.raises(errors.SealRefused) as refused:
        gather.gather(last.pdf, **known)
    assert refused.value.code == 'revoked' and '2026-01-01' in refused.value.message
    assert not refused.value.transient
    last = signed(opened(outside, 'rsa'), stamps)
    assert gather.gather(last.pdf, **known).ocsps


@pytest.mark.parametrize('mode', ['down', 'garbage', 'huge'])
def test_a_responder_that_fails_is_waited_for(outside, stamps, mode):
    last = signed(opened(outside), stamps)
    outside.mode = {'ocsp': mode, 'crls': mode}
    with pytest.raises(errors.RevocationFailed) as failed:
        gather.gather(last.pdf, roots=[outside.root], timeout=2)
    assert failed.value.transient
    words = 'revoked: its authority does not answer, or gives an unusable answer'
    assert failed.value.message.endswith(words) and 'Outside rsa' in failed.value.message


def test_a_slow_responder_is_left_after_its_time(outside, stamps):
    last = signed(opened(outside), stamps)
    outside.mode = {'ocsp': 'slow', 'crls': 'slow'}
    outside.release.clear()
    start = time.perf_counter()
    with pytest.raises(errors.RevocationFailed):
        gather.gather(last.pdf, roots=[outside.root], timeout=0.5)
    outside.release.set()
    assert time.perf_counter() - start < 8


def test_a_list_is_asked_for_where_the_responder_does_not_answer(outside, ca):
    last = signed(opened(outside), stamper.LocalStamper.of(ca))
    trust = {'roots': [outside.root], 'stamp_roots': [ca.root_cert], 'authorities': [ca]}
    outside.release.clear()
    for mode, timeout in (('down', 20), ('slow', 3)):
        outside.mode = {'ocsp': mode}
        found = gather.gather(last.pdf, **trust, timeout=timeout)
        assert found.crls and not found.ocsps
    outside.release.set()
    assert len([path for path in outside.asked if '/ocsp/' in path]) == 2, 'it was asked first'


def test_a_stranger_certificate_is_no_answer(outside, stamps):
    last = signed(opened(outside), stamps)
    other = authority.create_authority('Other', None)
    with pytest.raises(errors.SealRefused) as refused:
        gather.gather(last.pdf, roots=[other.root_cert])
    assert refused.value.code == 'chain'

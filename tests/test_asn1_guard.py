"""The guard against asn1crypto's mistake about lengths that end in 0x80."""

import contextlib

import pytest
import samples
from asn1crypto import core, x509
from pades import asn1_guard, fields, seal


@contextlib.contextmanager
def without_guard():
    """Leaves things as they were: a package without the guard must not get it from here."""
    applied = asn1_guard.is_applied()
    asn1_guard.remove()
    try:
        yield
    finally:
        if applied:
            asn1_guard.apply()


@pytest.fixture
def unguarded():
    with without_guard():
        yield


def octets(size):
    """Octets with a length written longer than DER allows, which shows an encoding anew."""
    return b'\x04\x83' + size.to_bytes(3, 'big') + bytes(size)


def test_the_package_applies_it():
    assert asn1_guard.is_applied()
    dump = core.Asn1Value.dump
    assert asn1_guard.apply() is True
    assert core.Asn1Value.dump is dump, 'applying it again changes nothing'


def test_the_guard_is_still_needed(unguarded):
    assert asn1_guard.is_affected(), 'asn1crypto is repaired: the guard can go'


def test_definite_lengths_are_not_encoded_anew():
    for size in (0x180, 0x280, 0x8080):
        assert core.OctetString.load(octets(size)).dump() == octets(size)
    assert not asn1_guard.is_affected()


def test_without_the_guard_they_are(unguarded):
    assert core.OctetString.load(octets(0x180)).dump() != octets(0x180)


@pytest.mark.parametrize(
    'ber',
    [
        b'\x30\x80\x02\x01\x05\x00\x00',
        b'\x30\x80\x30\x80\x02\x01\x05\x00\x00\x00\x00',
        b'\x24\x80\x04\x02ab\x04\x01c\x00\x00',
    ],
)
def test_indefinite_lengths_are_still_made_definite(ber):
    cls = core.OctetString if ber[0] == 0x24 else core.SequenceOf
    options = {} if ber[0] == 0x24 else {'spec': core.Any}
    guarded_result = cls.load(ber, **options).dump()
    with without_guard():
        assert cls.load(ber, **options).dump() == guarded_result
    assert b'\x80' not in guarded_result


@pytest.mark.parametrize(
    ('header', 'indefinite'),
    [
        (b'\x30\x80', True),
        (b'\x30\x82\x01\x80', False),
        (b'\x30\x81\x80', False),
        (b'\xa0\x80\x30\x80', True),
        (b'\xa0\x82\x01\x84\x30\x82\x01\x80', False),
        (b'\xa0\x82\x01\x84\x30\x80', True),
        (b'\xbf\x8f\x01\x80', True),
        (b'\xbf\x8f\x01\x82\x01\x80', False),
        (b'', False),
    ],
)
def test_headers_are_read_right(header, indefinite):
    assert asn1_guard._ends_indefinite(header) is indefinite


def test_encodings_are_the_same_with_and_without(ca):
    certificate = x509.Certificate.load(ca.root_cert)
    certificate['tbs_certificate']['subject'].dump(force=True)
    assert certificate.dump(force=True) == ca.root_cert


def signatures(make_signer, counts):
    """Sign with names and addresses of many lengths; yield the headers encoded anew."""
    frozen = fields.freeze(samples.pdf(), [fields.SignerFields('sign1')])
    encode, encoded = core._dump_header, [0]

    def counting(*arguments):
        encoded[0] += 1
        return encode(*arguments)

    core._dump_header = counting
    try:
        for count in counts:
            name = ('Ł' if count % 3 else 'x') * (count % 31 + 1) + 'n' * (count % 7)
            email = f'{"e" * (count + 1)}@example.com'
            signer = make_signer(name, email=email, evidence=f'evidence:{count}:{"a" * 64}')
            encoded[0] = 0
            seal.approve(frozen, signer, field='sign1', values={}, stamp=samples.stamp())
            yield encoded[0]
    finally:
        core._dump_header = encode


def test_three_hundred_names_are_never_slow(make_signer):
    """Without the guard, 1 to 30 of these need up to 14 times the work (which ones is chance)."""
    encoded = list(signatures(make_signer, range(300)))
    assert max(encoded) - min(encoded) < 40, 'the work does not depend on the lengths'

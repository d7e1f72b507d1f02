"""Containers put together from encoded parts say the same as pyHanko's own."""

import asyncio
import hashlib

import pytest
from asn1crypto import cms
from pades import authority, containers, detached, stamper
from pades.signer import KeptKeySigner
from pyhanko.sign.signers import SimpleSigner

DIGEST = hashlib.sha256(b'document').digest()


class AsPyhanko(KeptKeySigner):
    """The same signer, packing as pyHanko does."""

    signed_attrs = SimpleSigner.signed_attrs
    async_sign_prescribed_attributes = SimpleSigner.async_sign_prescribed_attributes


@pytest.fixture(scope='module')
def leaf(ca):
    return authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name='Łukasz Żółć')


def container(cls, ca, leaf, **options):
    made = cls.from_leaf(leaf, [ca.issuing_cert, ca.root_cert])
    options = {'use_pades': True, 'timestamper': stamper.LocalStamper.of(ca), **options}
    return asyncio.run(made.async_sign(DIGEST, 'sha256', **options))


def comparable(info):
    """Everything but what chance decides: the signature's value and the time stamp."""
    signed = cms.ContentInfo.load(info.dump())['content']
    one = signed['signer_infos'][0]
    tokens = [attribute['type'].native for attribute in one['unsigned_attrs']]
    return {
        'version': signed['version'].native,
        'digests': signed['digest_algorithms'].dump(),
        'content': signed['encap_content_info'].dump(),
        'certificates': signed['certificates'].dump(),
        'attributes': one['signed_attrs'].dump(),
        'sid': one['sid'].dump(),
        'mechanism': one['signature_algorithm'].dump(),
        'digest': one['digest_algorithm'].dump(),
        'tokens': tokens,
    }


@pytest.mark.parametrize('stamped', [True, False])
def test_they_are_pyhankos_byte_for_byte(stamped, ca, leaf):
    options = {} if stamped else {'timestamper': None}
    ours = comparable(container(KeptKeySigner, ca, leaf, **options))
    assert ours == comparable(container(AsPyhanko, ca, leaf, **options))
    assert ours['tokens'] == (['signature_time_stamp_token'] if stamped else [])


@pytest.mark.slow
def test_they_are_der(ca, leaf):
    """Read and encoded anew in all their parts, they are the same."""
    assert_der(container(KeptKeySigner, ca, leaf))


def test_time_stamps_are_der(ca):
    assert_der(token(ca))


def assert_der(info):
    assert cms.ContentInfo.load(info.dump(), strict=True).dump(force=True) == info.dump()


def token(ca):
    return asyncio.run(stamper.LocalStamper.of(ca).async_timestamp(DIGEST, 'sha256'))


def test_other_than_plain_signatures_are_packed_by_pyhanko(ca, leaf):
    """A detached signature (CAdES) has a signing time, which PAdES forbids."""
    made = KeptKeySigner.from_leaf(leaf, [ca.issuing_cert, ca.root_cert])
    signed = cms.ContentInfo.load(detached.sign_detached(b'data', made))['content']
    types = {one['type'].native for one in signed['signer_infos'][0]['signed_attrs']}
    assert 'signing_time' in types
    sha512 = asyncio.run(made.async_sign(hashlib.sha512(b'x').digest(), 'sha512', use_pades=True))
    assert sha512['content']['signer_infos'][0]['digest_algorithm']['algorithm'].native == 'sha512'


def test_sets_are_sorted_and_long_lengths_right():
    assert containers.set_of(b'\x05\x00', b'\x02\x01\x01') == b'\x31\x05\x02\x01\x01\x05\x00'
    assert containers.sequence(bytes(0x180))[:4] == b'\x30\x82\x01\x80'
    assert containers.tagged(1, b'\x05\x00') == b'\xa1\x02\x05\x00'

"""The tree over all logs: its root, and the proof that a log was among them."""

import dataclasses
import hashlib
import random

import pytest
from evidence import merkle
from evidence.merkle import Leaf, Tree, inclusion_proof, is_included, root

# The test data of RFC 6962's authors (certificate-transparency: merkle tree tests).
DATA = [
    b'', b'\x00', b'\x10', b'\x20\x21', b'\x30\x31', b'\x40\x41\x42\x43',
    bytes.fromhex('5051525354555657'), bytes.fromhex('606162636465666768696a6b6c6d6e6f'),
]  # fmt: skip
ROOTS = {
    0: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
}
LEAVES = [hashlib.sha256(b'\x00' + data).digest() for data in DATA]


def leaf(number):
    return Leaf(number, f'REF-{number}', 3, hashlib.sha256(b'%d' % number).hexdigest(), '0' * 64)


@pytest.mark.parametrize('size', ROOTS)
def test_published_roots(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_every_leaf_of_every_size_is_proven_and_no_other():
    leaves = [leaf(number).hash() for number in range(40)]
    for size in range(1, 41):
        some = leaves[:size]
        top = root(some)
        for index in range(size):
            proof = inclusion_proof(some, index)
            assert is_included(some[index], index, size, proof, top)
            assert not is_included(leaf(99).hash(), index, size, proof, top)
            assert not is_included(some[index], index + 1, size, proof, top)
            assert not is_included(some[index], index, size, [*proof, top], top)
            if proof:
                assert not is_included(some[index], index, size, proof[:-1], top)
                assert not is_included(some[index], index, size, proof, hashlib.sha256().digest())
    with pytest.raises(IndexError):
        inclusion_proof(leaves, 40)
    assert not is_included(leaves[0], -1, 1, [], leaves[0])


def test_any_change_shows():
    leaves = [leaf(number) for number in range(100)]
    before = root(one.hash() for one in leaves)
    rng = random.Random(1)
    for _round in range(100):
        changed = list(leaves)
        index = rng.randrange(100)
        kind = rng.choice(['edit', 'delete', 'swap', 'add', 'repeat'])
        if kind == 'edit':
            name = rng.choice(['envelope', 'reference', 'count', 'head', 'documents'])
            more = 1 if name in ('envelope', 'count') else '1'
            changed[index] = dataclasses.replace(
                changed[index], **{name: getattr(changed[index], name) + more}
            )
        elif kind == 'delete':
            del changed[index]
        elif kind == 'swap':
            other = (index + 1) % 100
            changed[index], changed[other] = changed[other], changed[index]
        else:
            changed.insert(index, leaf(1000) if kind == 'add' else changed[index])
        assert root(one.hash() for one in changed) != before, kind


def test_a_repeated_last_leaf_is_another_list():
    """Trees that repeat a lone node give both the same root."""
    leaves = [leaf(number).hash() for number in range(3)]
    assert root(leaves) != root([*leaves, leaves[-1]])


def test_a_node_is_no_leaf():
    leaves = [leaf(number).hash() for number in range(2)]
    inner = b''.join(leaves)
    assert root(leaves) != hashlib.sha256(b'\x00' + inner).digest()


def test_leaves_may_come_one_by_one():
    tree = Tree()
    for number in range(1000):
        tree.add(leaf(number).hash())
    assert tree.size == 1000 and len(tree._peaks) <= 10
    assert tree.root() == root(leaf(number).hash() for number in range(1000))


def test_documents():
    one, two = (7, 'a' * 64, 'b' * 64), (12, 'c' * 64, None)
    assert merkle.documents_hash([one, two]) == merkle.documents_hash([two, one])
    assert merkle.documents_hash([one]) != merkle.documents_hash([one, two])
    assert merkle.documents_hash([(12, 'c' * 64, '')]) == merkle.documents_hash([two])
    assert merkle.documents_hash([]) == hashlib.sha256(b'').hexdigest()


def test_anchor():
    body = merkle.anchor_body(1, 2, merkle.GENESIS, '2026-01-01T00:00:00Z', 3, '0' * 64)
    assert body.startswith(merkle.ANCHOR_PREFIX)
    assert body.endswith(
        b'{"company":1,"prev":"%s","root":"%s","seq":2,"size":3,"ts":"2026-01-01T00:00:00Z"}'
        % (b'0' * 64, b'0' * 64)
    )

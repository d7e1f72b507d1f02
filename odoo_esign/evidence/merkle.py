"""One hash for all logs of a company, and the proof that one of them was among them.

The tree is that of RFC 6962, 2.1: leaves and nodes are hashed with different prefixes, so that a
node can't pass for a leaf, and a lone node moves up as it is, so that no two lists have one root.
The leaves are in the order of their envelopes' ids.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .canonical import dumps

ANCHOR_PREFIX = b'odoo_esign/anchor/v1\n'
"""Hashed before every anchor, so that no other SHA-256 can pass for one."""

GENESIS = '0' * 64
"""What the first anchor names as the hash of its predecessor."""

_LEAF, _NODE = b'\x00', b'\x01'


@dataclass(frozen=True)
class Leaf:
    """What an envelope's log had come to: how many lines, and the last one's hash.

    `reference` is the envelope's number for people; `documents` what `documents_hash` gave.
    """

    envelope: int
    reference: str
    count: int
    head: str
    documents: str

    def hash(self) -> bytes:
        """Return the leaf's hash in the tree."""
        return hashlib.sha256(_LEAF + dumps(self.__dict__)).digest()


def documents_hash(documents: Iterable[tuple[int, str, str]]) -> str:
    """Return one hash for an envelope's documents: (id, SHA-256 as sent, SHA-256 as signed)."""
    lines = [f'{id_}:{sent or ""}:{signed or ""}\n' for id_, sent, signed in sorted(documents)]
    return hashlib.sha256(''.join(lines).encode()).hexdigest()


def anchor_body(company: int, seq: int, prev: str, ts: str, size: int, root: str) -> bytes:
    """Return the bytes that are stamped for an anchor; their SHA-256 is the anchor's hash."""
    body = {'company': company, 'seq': seq, 'prev': prev, 'ts': ts, 'size': size, 'root': root}
    return ANCHOR_PREFIX + dumps(body)


class Tree:
    """Computes the root over leaves that come one by one, in memory for their logarithm."""

    def __init__(self, leaves: Iterable[bytes] = ()):
        self.size = 0
        self._peaks = []  # (height, hash) of the full subtrees so far, the biggest first
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> None:
        """Add the next leaf's hash."""
        self.size += 1
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = _node(self._peaks.pop()[1], leaf)
            height += 1
        self._peaks.append((height, leaf))

    def root(self) -> bytes:
        """Return the root over what was added; that of no leaves is the hash of nothing."""
        if not self._peaks:
            return hashlib.sha256(b'').digest()
        result = self._peaks[-1][1]
        for _height, peak in reversed(self._peaks[:-1]):
            result = _node(peak, result)
        return result


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaves' hashes (RFC 6962, 2.1)."""
    return Tree(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return what one has to know beside the leaf `index` to compute the root (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = _node(other, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = _node(result, other)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def _node(left, right):
    return hashlib.sha256(_NODE + left + right).digest()

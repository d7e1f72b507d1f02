"""The hash chain over an envelope's events, and what it proves when read back.

Every event carries the hash of the one before it. That alone shows an edited, deleted or moved
event; a shortened or wholly rewritten chain shows only against a head kept elsewhere: the
certificates of the signatures carry `evidence:<count>:<hash>`, signed and later time-stamped.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .canonical import CanonicalError, dumps

GENESIS = '0' * 64
"""What the first event names as the hash of its predecessor."""

PREFIX = b'odoo_esign/audit/v1\n'
"""Hashed before every event, so that no other SHA-256 can pass for one of this log."""

_URI = re.compile(r'evidence:(0|[1-9][0-9]{0,9}):([0-9a-f]{64})')


@dataclass(frozen=True)
class Event:
    """One line of the log. `seq` counts from 1; `ts` is UTC in ISO 8601; hashes are hexadecimal."""

    seq: int
    prev: str
    ts: str
    type: str
    data: dict
    hash: str


@dataclass(frozen=True)
class Problem:
    """Something wrong with the log at the event `seq` (None: with the log as a whole).

    Codes: edited, broken (its predecessor is another than it was made for), order (a sequence
    number missing, repeated or moved), cut (fewer events than an anchor counted), rewritten
    (another hash than an anchor recorded), head (another head or count than the one given).
    """

    seq: int | None
    code: str
    text: str


def event_hash(seq: int, prev: str, ts: str, type: str, data: dict) -> str:
    """Return SHA256(PREFIX ‖ canonical JSON of {seq, prev, ts, type, data}), hexadecimal."""
    body = dumps({'seq': seq, 'prev': prev, 'ts': ts, 'type': type, 'data': data})
    return hashlib.sha256(PREFIX + body).hexdigest()


def evidence_uri(count: int, head: str) -> str:
    """Return how a certificate names the log's state: its number of events and last hash."""
    uri = f'evidence:{count}:{head}'
    if not _URI.fullmatch(uri):
        raise ValueError(f'not a state of an evidence log: {uri!r}')
    return uri


def parse_evidence_uri(uri: str) -> tuple[int, str] | None:
    """Return (count, hash) of an `evidence:` URI, or None if `uri` is something else."""
    match = _URI.fullmatch(uri)
    return (int(match[1]), match[2]) if match else None


def verify(
    events: Iterable[Event],
    *,
    head: str | None = None,
    count: int | None = None,
    anchors: Iterable[tuple[int, str]] = (),
) -> list[Problem]:
    """Check a log read in its order; an empty list means that it is whole.

    `head` and `count` are what the log must end with exactly, `anchors` what it must have passed
    through (each the count and hash that a certificate recorded; count 0 is the empty log).
    Never raises on what the events contain.
    """
    problems = []
    hashes = [GENESIS]
    for position, event in enumerate(events, start=1):
        problems.extend(_check_event(event, position, hashes[-1]))
        hashes.append(event.hash)
    total = len(hashes) - 1
    if count is not None and count != total:
        problems.append(Problem(None, 'head', f'{total} events instead of {count}'))
    if head is not None and head != hashes[-1]:
        problems.append(Problem(total or None, 'head', 'the last hash is not the one recorded'))
    for anchor_count, anchor_hash in anchors:
        problems.extend(_check_anchor(hashes, anchor_count, anchor_hash))
    return problems


def _check_event(event, position, prev):
    if event.seq != position:
        text = f'event {event.seq} stands where event {position} belongs'
        yield Problem(event.seq, 'order', text)
    if event.prev != prev:
        yield Problem(event.seq, 'broken', f'event {event.seq} does not continue the one before')
    try:
        expected = event_hash(event.seq, event.prev, event.ts, event.type, event.data)
    except CanonicalError as error:
        yield Problem(event.seq, 'edited', f'event {event.seq} has no canonical form: {error}')
        return
    if event.hash != expected:
        yield Problem(event.seq, 'edited', f'event {event.seq} differs from what was hashed')


def _check_anchor(hashes, count, hash_):
    if not 0 <= count < len(hashes):
        text = f'a certificate counted {count} events, the log has {len(hashes) - 1}'
        yield Problem(None, 'cut', text)
    elif hashes[count] != hash_:
        text = f'event {count} is not the one that a certificate recorded'
        yield Problem(count or None, 'rewritten', text)

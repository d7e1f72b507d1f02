"""Canonical JSON and the hash chain."""

import dataclasses
import datetime
import enum
import hashlib
import json

import pytest
from evidence import (
    GENESIS,
    PREFIX,
    CanonicalError,
    Event,
    dumps,
    event_hash,
    evidence_uri,
    parse_evidence_uri,
)
from evidence.chain import verify


def log(count=6):
    events, prev = [], GENESIS
    for seq in range(1, count + 1):
        body = (seq, prev, f'2026-11-22T14:0{seq}:00Z', 'opened', {'name': 'Żółć', 'n': seq})
        events.append(Event(*body, event_hash(*body)))
        prev = events[-1].hash
    return events


def codes(events, **options):
    return {problem.code for problem in verify(events, **options)}


def test_form_is_the_one_documented():
    value = {'b': [1, True, None, 'Żółć\n"\\'], 'a': {}, 'ä': -5, 'B': ()}
    text = '{"B":[],"a":{},"b":[1,true,null,"Żółć\\n\\"\\\\"],"ä":-5}'
    assert dumps(value) == text.encode()
    assert json.loads(dumps(value))['b'][3] == 'Żółć\n"\\'
    assert dumps('e\u0301') != dumps('\u00e9'), 'nothing is normalised'


class Number(enum.IntEnum):
    ONE = 1


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    'value',
    [
        1.0,
        float('nan'),
        2**53,
        -(2**53),
        b'x',
        {1: 'x'},
        {None: 1},
        datetime.datetime(2026, 1, 1),
        datetime.date(2026, 1, 1),
        {'a': {1, 2}},
        'a\x00b',
        {'a\x00': 1},
        '\ud800',
        Number.ONE,
        Text('x'),
        object(),
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(CanonicalError):
        dumps({'x': value})


def test_deep_nesting_is_refused_not_a_crash():
    value = []
    for _level in range(5000):
        value = [value]
    with pytest.raises(CanonicalError):
        dumps(value)


def test_hash_can_be_made_with_the_standard_library_alone():
    event = log(1)[0]
    body = {key: getattr(event, key) for key in ('seq', 'prev', 'ts', 'type', 'data')}
    text = json.dumps(body, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    assert hashlib.sha256(PREFIX + text.encode()).hexdigest() == event.hash


def test_a_whole_log_has_no_problems():
    events = log()
    head = events[-1].hash
    anchors = [(0, GENESIS), (2, events[1].hash), (6, head)]
    assert verify(events, head=head, count=6, anchors=anchors) == []
    assert verify([]) == [] == verify([], head=GENESIS, count=0)


@pytest.mark.parametrize(
    'change',
    [
        {'data': {'name': 'Another', 'n': 3}},
        {'ts': '2026-11-22T15:00:00Z'},
        {'type': 'signed'},
        {'hash': 'f' * 64},
    ],
)
def test_edited(change):
    events = log()
    events[2] = dataclasses.replace(events[2], **change)
    assert 'edited' in codes(events)
    assert verify(events)[0].seq == 3


def test_edited_and_hashed_anew_breaks_the_next():
    events = log()
    changed = dataclasses.replace(events[2], data={})
    body = (changed.seq, changed.prev, changed.ts, changed.type, changed.data)
    events[2] = dataclasses.replace(changed, hash=event_hash(*body))
    assert codes(events) == {'broken'}
    assert codes(events, anchors=[(3, log()[2].hash)]) == {'broken', 'rewritten'}


def test_deleted_moved_repeated():
    events = log()
    assert codes(events[:2] + events[3:]) == {'broken', 'order'}
    assert codes([events[1], events[0], *events[2:]]) >= {'broken', 'order'}
    assert codes([*events[:3], events[2], *events[3:]]) >= {'order'}


def test_cut_off_shows_only_against_a_head():
    events, whole = log()[:4], log()
    assert codes(events) == set()
    assert codes(events, anchors=[(6, whole[5].hash)]) == {'cut'}
    assert codes(events, head=whole[5].hash) == {'head'}
    assert codes(events, count=6) == {'head'}
    assert codes([], anchors=[(1, whole[0].hash)]) == {'cut'}


def test_rewritten_from_the_start_shows_only_against_an_anchor():
    events, prev = [], GENESIS
    for event in log():
        body = (event.seq, prev, event.ts, event.type, {'name': 'Somebody else'})
        events.append(Event(*body, event_hash(*body)))
        prev = events[-1].hash
    assert codes(events) == set()
    assert codes(events, anchors=[(2, log()[1].hash)]) == {'rewritten'}


def test_data_without_canonical_form_is_a_problem_not_an_error():
    events = log()
    events[1] = dataclasses.replace(events[1], data={'x': 1.5})
    assert 'edited' in codes(events)


def test_uri_there_and_back():
    head = log()[-1].hash
    assert parse_evidence_uri(evidence_uri(6, head)) == (6, head)
    for wrong in ('', 'evidence:6', f'evidence:06:{head}', f'evidence:-1:{head}', f'x{head}',
                  f'evidence:6:{head.upper()}', f'evidence:6:{head}\n'):
        assert parse_evidence_uri(wrong) is None
    with pytest.raises(ValueError):
        evidence_uri(-1, head)

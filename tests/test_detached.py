"""Time stamps over any bytes: whose they are, over what, and when."""

import datetime

import pytest
from pades import authority, detached, errors, stamper

NOW = datetime.datetime.now(datetime.timezone.utc)
DATA = b'what the log had come to'


def code_of(*args, **options):
    with pytest.raises(errors.StampFailed) as refused:
        detached.check_stamp(*args, **options)
    return refused.value.code


def test_proves_a_time(ca, roots):
    before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    token = detached.stamp_detached(DATA, stamper.LocalStamper.of(ca))
    after = datetime.datetime.now(datetime.timezone.utc)
    for trusted in (roots, None):
        moment = detached.check_stamp(DATA, token, roots=trusted)
        assert before <= moment <= after


def test_for_something_else(ca, roots):
    token = detached.stamp_detached(DATA, stamper.LocalStamper.of(ca))
    assert code_of(DATA + b'!', token, roots=roots) == 'imprint'


def test_of_somebody_else(roots):
    other = authority.create_authority('Somebody else', None)
    token = detached.stamp_detached(DATA, stamper.LocalStamper.of(other))
    assert code_of(DATA, token, roots=roots) == 'untrusted'
    assert detached.check_stamp(DATA, token, roots=None)


def test_by_a_certificate_that_is_not_for_it(ca, roots):
    for trusted in (roots, None):
        stamps = stamper.LocalStamper(ca.ocsp_cert, ca.ocsp_key, [ca.issuing_cert])
        token = detached.stamp_detached(DATA, stamps)
        assert code_of(DATA, token, roots=trusted) in ('untrusted', 'garbage')


def test_any_damage_shows(ca, roots):
    token = detached.stamp_detached(DATA, stamper.LocalStamper.of(ca))
    moment = detached.check_stamp(DATA, token, roots=roots)
    unseen = 0
    places = range(0, len(token), 7)
    for place in places:
        damaged = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        try:
            # what no signature covers (names of algorithms) says nothing about the time
            assert detached.check_stamp(DATA, damaged, roots=roots) == moment
            unseen += 1
        except errors.StampFailed:
            continue
    assert unseen <= len(places) / 20
    for nonsense in (b'', b'nonsense', token[:-1], token + b'x'):
        assert code_of(DATA, nonsense, roots=roots) == 'garbage'


def test_outlives_the_certificate(ca):
    """Judged at its own time, though the stamper's certificate has ended since."""
    then = NOW - datetime.timedelta(days=40 * 365)
    old = authority.create_authority('Long ago', 'DE', now=then)
    signing = then + datetime.timedelta(days=365)
    stamps = stamper.LocalStamper.of(old, clock=lambda: signing)
    token = detached.stamp_detached(DATA, stamps)
    moment = detached.check_stamp(DATA, token, roots=[old.root_cert])
    assert abs(moment - signing) < datetime.timedelta(seconds=2)

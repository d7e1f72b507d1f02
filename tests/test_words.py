"""Sentences for people that can be said in another language."""

import pickle

import pytest
from pades import errors, reaching
from pades.loops import run
from pades.problems import Problem
from pades.stamp_servers import StampServer, StampServers
from pades.words import Sentence


def test_a_sentence_is_english_by_itself():
    why = Sentence('no answer within %(timeout)s seconds', timeout=3)
    whole = Sentence('none: %(reasons)s', reasons=[Sentence('%(a)s: %(b)s', a='x', b=why), 'why'])
    assert whole == 'none: x: no answer within 3 seconds; why'
    assert whole.template == 'none: %(reasons)s' and why.values == {'timeout': '3'}
    assert whole.values['reasons'][0].values['b'] is why
    assert Sentence('100 % sure') == '100 % sure', 'without values nothing is filled in'


def test_it_survives_being_handed_on():
    problem = Problem('expired', 'the certificate was not valid', 'sign1')
    for sentence in (Sentence('%(a)s of 100 %%', a='5'), Sentence('a: %(b)s', b=[problem])):
        again = pickle.loads(pickle.dumps(sentence))
        assert again == sentence and again.template == sentence.template
        assert again.values == sentence.values
    assert again.values['b'][0].code == 'expired'


def test_values_keep_no_errors_alive():
    sentence = Sentence('it fails (%(error)s)', error=ValueError('x'))
    assert sentence.values == {'error': 'x'}


def test_errors_hand_on_their_sentence():
    sentence = Sentence('the module %(module)s is missing', module='x.so')
    error = errors.SealRefused(sentence, 'module')
    assert error.sentence.values == {'module': 'x.so'}
    assert error.message == 'the module x.so is missing'
    assert errors.SealRefused('plain').sentence == 'plain'
    with pytest.raises(errors.StampFailed) as failed:
        run(StampServers([StampServer('http://[')]).async_timestamp(bytes(32), 'sha256'))
    (reason,) = failed.value.sentence.values['reasons']
    assert reason.values['why'].template == 'cannot be reached: %(why)s'
    assert isinstance(reason.values['why'].values['why'], Sentence)
    assert isinstance(reaching.why_not_reached(OSError()), Sentence)

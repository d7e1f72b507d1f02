"""Remote signing (CSC API): against a provider on loopback that can do everything wrong."""

import time

import csc_provider
import pytest
from pades import errors
from pades.loops import run
from pades.seals import csc, csc_client, totp
from seal_steps import finalised, problems_of

SECRETS = (csc_provider.CLIENT_SECRET, csc_provider.PIN, csc_provider.TOTP_SECRET)


@pytest.fixture(scope='module')
def running(outside):
    with csc_provider.serving(outside.config, totp.code) as provider:
        yield provider


@pytest.fixture
def provider(running):
    running.mode, running.explicit, running.tokens = {}, False, set()
    running.asked.clear()
    csc_client._tokens.clear()
    for changes in ({}, {'pin': 'wrong'}, {'client_secret': 'wrong'}):
        account(running, **changes).try_again()
    return running


def account(provider, name='rsa', **changes):
    values = {
        'url': provider.url, 'credential': f'outside/{name}', 'client_id': csc_provider.CLIENT,
        'client_secret': csc_provider.CLIENT_SECRET, 'pin': csc_provider.PIN,
        'totp': csc_provider.TOTP_SECRET, 'timeout': 5, **changes,
    }  # fmt: skip
    return csc.Account(**values)


def opened(provider, name='rsa', **changes):
    asked = account(provider, name, **changes)
    return csc.open_csc(asked, csc.read_credential(asked))


def failure(work, expected=errors.SealRefused):
    with pytest.raises(expected) as failed:
        work()
    for secret in (*SECRETS, 'token-'):
        assert secret not in failed.value.message
    assert '\n' not in failed.value.message
    return failed.value


# ------------------------------------------------------------------ what works
@pytest.mark.parametrize('name', ['rsa', 'p256'])
def test_signs(provider, outside, ca, name):
    signer = opened(provider, name)
    assert signer.cert_der == outside.certificate(name) and signer.chain[-1] == outside.root
    assert not problems_of(finalised(signer, outside, ca), outside, ca)
    assert provider.asked == ['token', 'info', *['authorize', 'signHash'] * 2], 'one token for all'


def test_pin_and_code(provider, monkeypatch):
    provider.explicit = True
    signer = opened(provider)
    assert run(signer.async_sign_raw(b'data', 'sha256'))
    for lacking, words in (({'pin': ''}, 'PIN'), ({'totp': ''}, 'one-time code')):
        refused = failure(lambda lacking=lacking: opened(provider, **lacking))
        assert refused.code == 'setting' and words in refused.message


def test_token_withdrawn_before_its_time(provider):
    signer = opened(provider)
    provider.tokens.clear()
    assert run(signer.async_sign_raw(b'data', 'sha256'))


def test_access_token_that_lasts(provider):
    provider.tokens.add('for years')
    assert opened(provider, token='for years', client_secret='')
    assert 'token' not in provider.asked


# ------------------------------------------------------------------ what does not
@pytest.mark.parametrize('url', [
    'http://provider.example/csc/v1', 'ftp://provider.example', 'provider.example/csc',
    'https://user:pw@provider.example', 'https://provider.example/?key=1', '', 'https://',
    'http://127.0.0.1.provider.example/', 'https://[::1',
])  # fmt: skip
def test_addresses_that_are_none(url):
    assert failure(lambda: csc_client.check_url(url)).code == 'setting'


def test_addresses():
    assert csc_client.check_url(' https://provider.example/csc/v1/ ').endswith('/v1')
    for url in ('http://127.0.0.1:80/csc', 'http://localhost/csc', 'http://[::1]/csc'):
        assert csc_client.check_url(url) == url


@pytest.mark.parametrize('part', ['token', 'info', 'authorize', 'signHash'])
@pytest.mark.parametrize(
    ('mode', 'code'),
    [('down', 'http'), ('busy', 'http'), ('garbage', 'garbage'), ('number', 'garbage'),
     ('empty', 'garbage'), ('huge', 'garbage')],
)  # fmt: skip
def test_what_may_pass(provider, part, mode, code):
    signer = opened(provider)
    csc_client._tokens.clear()
    provider.mode = {part: mode}

    def work():
        csc.read_credential(account(provider))
        run(signer.async_sign_raw(b'data', 'sha256'))

    failed = failure(work, errors.SealUnavailable)
    assert failed.code == code and failed.transient


@pytest.mark.parametrize('part', ['token', 'info', 'authorize', 'signHash'])
def test_slow(provider, part):
    signer = opened(provider)
    csc_client._tokens.clear()
    provider.mode = {part: 'slow'}
    provider.release.clear()
    hurried = account(provider, timeout=1)
    signer._account = hurried

    def work():
        csc.read_credential(hurried)
        run(signer.async_sign_raw(b'data', 'sha256'))

    start = time.perf_counter()
    failed = failure(work, errors.SealUnavailable)
    provider.release.set()
    assert failed.code == 'timeout' and failed.transient
    assert provider.asked[-1] == part
    assert time.perf_counter() - start < provider.delay, 'it was not waited for'


def test_absent(provider):
    absent = account(provider, url='http://127.0.0.1:9/csc')
    failed = failure(lambda: csc.read_credential(absent), errors.SealUnavailable)
    assert failed.code == 'unreachable' and failed.message.endswith('nobody answers at its address')
    elsewhere = account(provider, url='https://provider.invalid/csc')
    failed = failure(lambda: csc.read_credential(elsewhere), errors.SealUnavailable)
    assert failed.code == 'unreachable' and 'is the address right?' in failed.message


@pytest.mark.parametrize(
    ('part', 'mode', 'code'),
    [('info', 'redirect', 'setting'), ('token', 'redirect', 'setting'),
     ('info', 'disabled', 'credential'), ('info', 'revoked', 'credential'),
     ('info', 'by_browser', 'setting'), ('info', 'odd_key', 'algorithm'),
     ('token', 'talkative', 'refused'), ('info', 'talkative', 'refused'),
     ('authorize', 'talkative', 'refused'), ('signHash', 'other_signature', 'key_mismatch')],
)  # fmt: skip
def test_what_does_not_pass(provider, part, mode, code):
    signer = opened(provider)
    csc_client._tokens.clear()
    provider.mode, provider.explicit = {part: mode}, part == 'authorize'
    signer._credential = csc.Credential((), csc.RSA_SHA256, part == 'authorize', False)

    def work():
        csc.read_credential(account(provider))
        run(signer.async_sign_raw(b'data', 'sha256'))

    assert failure(work).code == code


def test_broken_signature_is_waited_for(provider):
    signer = opened(provider)
    provider.mode = {'signHash': 'no_base64'}
    failed = failure(lambda: run(signer.async_sign_raw(b'data', 'sha256')), errors.SealUnavailable)
    assert failed.code == 'garbage'


def test_unknown_credential(provider):
    assert failure(lambda: opened(provider, 'nobody')).code == 'credential'


@pytest.mark.parametrize('name', ['expired', 'server', 'by_list'])
def test_certificates_that_must_not_sign(provider, name):
    codes = ('expired', 'wrong_usage', 'no_revocation')
    assert failure(lambda: opened(provider, name)).code in codes


@pytest.mark.parametrize('wrong', [{'pin': 'wrong'}, {'client_secret': 'wrong'}])
def test_wrong_secrets_are_tried_once(provider, wrong, monkeypatch):
    """Providers lock an account after a few."""
    provider.explicit = True
    monkeypatch.setattr(csc, '_codes', totp.Codes(time.time, nobody_waits))

    def work():
        run(opened(provider, **wrong).async_sign_raw(b'data', 'sha256'))

    assert failure(work).code == 'credentials'
    asked = len(provider.asked)
    assert 'refused before' in failure(work).message
    assert len(provider.asked) == asked, 'nobody was asked'
    account(provider, **wrong).try_again()
    failure(work)
    assert len(provider.asked) > asked


async def nobody_waits(_seconds):
    """For the next one-time code, that is; test_totp.py has the waiting."""


def test_nothing_secret_in_what_is_printed(provider):
    signer = opened(provider)
    for secret in SECRETS:
        assert secret not in repr(signer._account) + repr(vars(signer))

"""Keys in a token (SoftHSM 2): what signs, and what is said when it can't."""

import pytest
import token_device
from pades import errors
from pades.loops import run
from pades.seals import pkcs11
from seal_steps import finalised, problems_of


@pytest.fixture(scope='module', autouse=True)
def _token(outside, tmp_path_factory):
    token_device.make_token(tmp_path_factory.mktemp('softhsm') / 'token')
    chain = [outside.certificate('interm'), outside.root]
    for name in ('rsa', 'p256', 'p384'):
        token_device.put(name, outside.keys[name], [outside.certificate(name)])
    token_device.put('chain', None, chain)
    token_device.put('mismatch', outside.keys['other'], [outside.certificate('p256')])
    token_device.put('bare', outside.keys['p256'])
    token_device.put('twice', outside.keys['rsa'], [outside.certificate('rsa')] * 2)


@pytest.fixture(autouse=True)
def _another_try():
    token().try_again()


def token(key='rsa', **changes):
    values = {
        'module': token_device.module(), 'label': token_device.LABEL, 'key': key,
        'pin': token_device.PIN, **changes,
    }  # fmt: skip
    return pkcs11.Token(**values)


def opened(key, **changes):
    own, *others = pkcs11.read_certificates(token(key, **changes))
    return pkcs11.open_pkcs11(token(key, **changes), own, others)


def refusal(key='rsa', *, error=errors.SealRefused, **changes):
    with pytest.raises(error) as refused:
        opened(key, **changes)
    assert token_device.PIN not in refused.value.message
    assert token_device.PIN not in repr(token(key, **changes))
    return refused.value


@pytest.mark.parametrize('key', ['rsa', 'p256', 'p384'])
def test_signs(outside, ca, key):
    signer = opened(key)
    assert signer.cert_der == outside.certificate(key) and signer.chain[-1] == outside.root
    assert not problems_of(finalised(signer, outside, ca), outside, ca)


def test_what_is_not_there():
    assert refusal('nothing').code == 'no_key'
    assert refusal('bare').code == 'no_certificate'
    assert refusal('twice').code == 'no_certificate'
    assert refusal(error=errors.SealUnavailable, label='Other token').transient
    assert refusal(module='/nowhere/lib.so').code == 'module'


def test_key_of_another(outside):
    signer = opened('mismatch')
    with pytest.raises(errors.SealRefused) as refused:
        run(signer.async_sign_raw(b'data', 'sha256'))
    assert refused.value.code == 'key_mismatch'


def test_key_that_is_gone(outside):
    token_device.put('leaving', outside.keys['other'], [outside.certificate('other')])
    signer = opened('leaving')
    assert run(signer.async_sign_raw(b'data', 'sha256'))
    token_device.remove('leaving')
    with pytest.raises(errors.SealRefused) as refused:
        run(signer.async_sign_raw(b'data', 'sha256'))
    assert refused.value.code == 'no_key' and '“leaving”' in refused.value.message


def test_wrong_pin_is_tried_once():
    """A token locks itself after three."""
    wrong = token(pin='Wrong 1234')
    assert refusal(pin='Wrong 1234').code == 'credentials'
    with pytest.raises(errors.SealRefused, match='refused before'):
        pkcs11.read_certificates(wrong)
    assert opened('rsa'), 'the right one is not concerned'
    wrong.try_again()
    with pytest.raises(errors.SealRefused, match='does not accept'):
        pkcs11.read_certificates(wrong)

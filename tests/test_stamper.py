"""The built-in stamper's tokens, judged by OpenSSL."""

import datetime
import hashlib

import pytest
from asn1crypto import tsp
from pades import authority, errors, stamper
from pades.loops import run as wait
from validators import run


def answer(ca, query, **options):
    made = stamper.LocalStamper.of(ca, **options)
    return wait(made.async_request_tsa_response(tsp.TimeStampReq.load(query)))


def test_openssl_accepts_answers_to_its_own_queries(ca, tmp_path):
    data, query, reply = tmp_path / 'data', tmp_path / 'query', tmp_path / 'reply'
    root, tsa = tmp_path / 'root.pem', tmp_path / 'tsa.pem'
    data.write_bytes(b'the document')
    for path, der in ((root, ca.root_cert), (tsa, ca.tsa_cert)):
        (tmp_path / 'der').write_bytes(der)
        run('openssl', 'x509', '-inform', 'DER', '-in', tmp_path / 'der', '-out', path)
    for digest in ('-sha256', '-sha384', '-sha512'):
        run('openssl', 'ts', '-query', '-data', data, digest, '-cert', '-out', query)
        reply.write_bytes(answer(ca, query.read_bytes()).dump())
        checks = ('openssl', 'ts', '-verify', '-queryfile', query, '-in', reply, '-CAfile', root)
        assert 'Verification: OK' in run(*checks)
    text = run('openssl', 'ts', '-reply', '-in', reply, '-text')
    assert authority.TSA_POLICY in text and 'Accuracy: 0x01 seconds' in text
    assert 'Nonce: 0x' in text
    other = tmp_path / 'other'
    run('openssl', 'ts', '-query', '-data', data, '-sha512', '-cert', '-out', other)
    run('openssl', 'ts', '-verify', '-queryfile', other, '-in', reply, '-CAfile', root, ok=(1,))
    data.write_bytes(b'another document')
    run('openssl', 'ts', '-verify', '-data', data, '-in', reply, '-CAfile', root, ok=(1,))


@pytest.mark.parametrize('year', [2026, 2049, 2050, 2055])
def test_token_says_what_it_should(ca, year):
    moment = datetime.datetime(year, 1, 2, 3, 4, 5, 678901, datetime.timezone.utc)
    made = stamper.LocalStamper.of(ca, clock=lambda: moment)
    digest = hashlib.sha256(b'x').digest()
    token = wait(made.async_timestamp(digest, 'sha256'))
    signed = token['content']
    info = signed['encap_content_info']['content'].parsed
    assert info['gen_time'].native == moment.replace(microsecond=0)
    attributes = signed['signer_infos'][0]['signed_attrs']
    attributes = {a['type'].native: a['values'][0] for a in attributes}
    assert attributes['signing_time'].native == moment.replace(microsecond=0)
    assert attributes['signing_time'].name == ('utc_time' if year < 2050 else 'generalized_time')
    reference = attributes['signing_certificate_v2']['certs'][0]
    assert reference['cert_hash'].native == hashlib.sha256(ca.tsa_cert).digest()
    assert 'signing_certificate' not in attributes, 'no SHA-1'
    assert [choice.chosen.dump() for choice in signed['certificates']] == [ca.tsa_cert]
    assert made.token_bytes > len(token.dump()) > made.token_bytes - 700


def test_serial_numbers_differ(ca):
    made = stamper.LocalStamper.of(ca)
    tokens = [wait(made.async_timestamp(bytes(32), 'sha256')) for _count in range(30)]
    infos = [token['content']['encap_content_info']['content'].parsed for token in tokens]
    assert len({info['serial_number'].native for info in infos}) == 30


def test_weak_digests_and_other_keys_are_refused(ca, make_signer):
    with pytest.raises(errors.StampFailed):
        wait(stamper.LocalStamper.of(ca).async_timestamp(bytes(20), 'sha1'))
    with pytest.raises(TypeError):
        stamper.LocalStamper(ca.root_cert, ca.root_key)

"""External time stampers: what a good one gives, and that nothing else passes for a time stamp."""

import socket
import time

import pytest
import samples
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pades import errors, fields, finalise, seal, stamper, validate
from pades.loops import run
from pades.seals.pem import read_certificates
from pades.stamp_facts import stamp_facts
from pades.stamp_servers import StampServer, StampServers, try_server
from stamp_service import StampService, serving

DIGEST = bytes(range(32))


@pytest.fixture(scope='module')
def service(tmp_path_factory):
    return StampService(tmp_path_factory.mktemp('stamps') / 'service')


@pytest.fixture
def address(service):
    service.mode, service.requests = 'good', []
    service.release.clear()
    with serving(service) as url:
        yield url


def free_address():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return f'http://127.0.0.1:{probe.getsockname()[1]}/tsa'


def stamp(*servers, **options):
    servers = StampServers([*servers], **options)
    return run(servers.async_timestamp(DIGEST, 'sha256')), servers


def failure(*servers, **options):
    with pytest.raises(errors.StampFailed) as failed:
        stamp(*servers, **options)
    return failed.value


def test_a_good_server_gives_a_token(service, address):
    token, used = stamp(StampServer(address), roots=[service.ca.root_cert])
    info = token['content']['encap_content_info']['content'].parsed
    assert info['message_imprint']['hashed_message'].native == DIGEST
    assert info['policy'].native == '1.3.6.1.4.1.99999.1'
    assert used.used == address.removeprefix('http://').removesuffix('/tsa')
    assert len(service.requests) == 1, 'no request is made just to measure'
    assert try_server(StampServer(address))


@pytest.mark.parametrize(
    ('mode', 'code', 'words'),
    [
        ('garbage', 'garbage', 'no time stamp'),
        ('empty', 'garbage', 'no time stamp'),
        ('huge', 'garbage', 'too long'),
        ('no_token', 'garbage', 'no time stamp'),
        ('forged', 'garbage', 'signature is wrong'),
        ('other_content', 'garbage', 'signature is wrong'),
        ('other_nonce', 'nonce', 'another request'),
        ('no_nonce', 'nonce', 'another request'),
        ('other_imprint', 'imprint', 'another document'),
        ('refused', 'refused', 'quota used up, time_not_available'),
        ('unavailable', 'http', 'answered 503'),
        ('redirect', 'http', 'answered 302'),
        ('with_password', 'http', 'not accepted'),
        ('wrong_clock', 'clock', 'clock'),
        ('wrong_purpose', 'untrusted', 'not for time stamps'),
    ],
)
def test_anything_else_is_refused(service, address, mode, code, words):
    service.mode = mode
    error = failure(StampServer(address))
    assert error.code == code
    assert words in error.message and '127.0.0.1' in error.message
    assert '\n' not in error.message


def test_an_unknown_stamper_is_not_trusted(service, address, ca):
    assert failure(StampServer(address), roots=[ca.root_cert]).code == 'untrusted'
    assert failure(StampServer(address), roots=[]).code == 'untrusted'


@pytest.mark.parametrize('mode', ['slow', 'dripping'])
def test_a_slow_server_is_left_after_its_time(service, address, mode):
    service.mode = mode
    start = time.perf_counter()
    error = failure(StampServer(address, timeout=0.5))
    assert time.perf_counter() - start < 3
    assert error.code == 'timeout' and 'within 0.5 seconds' in error.message


def test_a_stopped_server_and_odd_addresses():
    assert failure(StampServer(free_address())).code == 'unreachable'
    for url in ('', 'nonsense', 'ftp://x/', 'http://[', 'http://nowhere.invalid/'):
        assert failure(StampServer(url, timeout=3)).code in ('unreachable', 'timeout'), url
    assert failure().code == 'unreachable'


def test_the_next_server_is_asked(service, address, tmp_path):
    broken = StampService(tmp_path / 'broken')
    broken.mode = 'garbage'
    with serving(broken) as first:
        stopped = StampServer(free_address())
        _token, used = stamp(stopped, StampServer(first), StampServer(address))
        assert used.used == StampServer(address).host
        assert broken.requests[0] != service.requests[0], 'each has a nonce of its own'
        error = failure(stopped, StampServer(first))
    assert [host for host, _sentence in error.attempts] == [stopped.host, StampServer(first).host]


def test_credentials_are_sent_and_never_shown(service, address):
    service.mode = 'with_password'
    server = StampServer(address, 'jürgen', 'geheim')
    assert stamp(server)[0]
    assert 'geheim' not in repr(server)
    with_user = address.replace('//', '//user:geheim@')
    for one in (StampServer(address, 'jürgen', 'geheim-falsch'), StampServer(with_user)):
        assert 'geheim' not in str(failure(one))
    assert 'geheim' not in str(failure(StampServer(free_address().replace('//', '//u:geheim@'))))


def test_too_large_tokens_are_refused(address):
    assert failure(StampServer(address), token_bytes=500).code == 'too_big'


def test_a_failing_server_leaves_no_document(service, address, make_signer, ca):
    frozen = fields.freeze(samples.pdf(), [])
    servers = StampServers([StampServer(address, timeout=1)])
    sealed = seal.certify(frozen, make_signer(), timestamper=servers)
    for mode in ('garbage', 'other_nonce', 'refused', 'slow'):
        service.mode = mode
        with pytest.raises(errors.StampFailed):
            seal.certify(frozen, make_signer(), timestamper=servers)
        with pytest.raises(errors.StampFailed):
            finalise.finalise(sealed.pdf, authorities=[ca], stamper=servers)


def test_signatures_with_an_external_stamper_reach_the_top(service, address, make_signer, ca):
    servers = StampServers([StampServer(address)], roots=[service.ca.root_cert])
    sealed = seal.certify(
        fields.freeze(samples.pdf(), []), make_signer(), timestamper=servers
    )
    last = finalise.finalise(sealed.pdf, authorities=[ca], stamper=servers)
    assert last.cert_der == service.ca.tsa_cert
    names = ['company', 'archive_1']
    options = {'roots': [ca.root_cert], 'expected_fields': names, 'level': 'B-LTA'}
    assert not validate.check_sealed(last.pdf, stamp_roots=[service.ca.root_cert], **options)
    assert validate.check_sealed(last.pdf, **options), 'a stamper nobody trusts proves nothing'
    assert len(service.requests) == 2


def test_a_bearer_token_goes_before_a_password(service, address):
    server = StampServer(address, 'jürgen', 'geheim', bearer='t0ken-geheim')
    assert stamp(server)[0]
    assert service.headers['Authorization'] == 'Bearer t0ken-geheim'
    assert 'geheim' not in repr(server)
    assert 'geheim' not in str(failure(StampServer(free_address(), bearer='t0ken-geheim')))


def test_a_policy_is_asked_for_and_insisted_on(service, address):
    assert stamp(StampServer(address, policy='1.3.6.1.4.1.99999.1'))[0]
    assert tsp.TimeStampReq.load(service.requests[-1])['req_policy'].native == '1.3.6.1.4.1.99999.1'
    service.mode = 'other_policy'
    error = failure(StampServer(address, policy='1.3.6.1.4.1.99999.2'))
    assert error.code == 'policy' and '99999.2' in error.message


def test_what_a_token_says_of_itself(service, address):
    facts = stamp_facts(try_server(StampServer(address), roots=[service.ca.root_cert]))
    assert facts.policy == '1.3.6.1.4.1.99999.1'
    assert facts.accuracy == 1
    assert facts.chain == (service.ca.tsa_cert, service.ca.root_cert)
    assert facts.is_complete and facts.top == service.ca.root_cert
    assert facts.ends == x509.load_der_x509_certificate(service.ca.tsa_cert).not_valid_after_utc
    bare = run(
        stamper.LocalStamper.of(service.ca).async_timestamp(DIGEST, 'sha256')
    )
    assert stamp_facts(bare).top is None, 'a stamper that vouches for itself alone'


def test_root_certificates_are_read_from_pem_and_der(ca, service):
    both = b''.join(
        x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        for der in (ca.root_cert, service.ca.root_cert)
    )
    assert read_certificates(both) == [ca.root_cert, service.ca.root_cert]
    assert read_certificates(ca.root_cert) == [ca.root_cert]
    for broken in (b'', b'nonsense', both[:200], b'-----BEGIN CERTIFICATE-----\nxx\n'):
        with pytest.raises(errors.SealRefused):
            read_certificates(broken)

"""An outside authority on loopback: certificates, OCSP, lists and time stamps, by Certomancer.

Its services can be told to misbehave: `mode` maps a part of an address ('ocsp', 'crls', 'tsa') to
'down', 'slow', 'garbage' or 'huge'.
"""

import contextlib
import socket
import threading
import wsgiref.simple_server

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

PASSWORD = 'geheim ✓'
KEYS = {
    'root': 'rsa', 'interm': 'rsa', 'ocsp': 'p256', 'tsa': 'rsa', 'other_root': 'p256',
    'rsa': 'rsa', 'p256': 'p256', 'p384': 'p384', 'weak': 'rsa1024', 'ed25519': 'ed25519',
    'dsa': 'dsa', 'other': 'p256',
}  # fmt: skip
MAKERS = {
    'rsa': lambda: rsa.generate_private_key(65537, 2048),
    'rsa1024': lambda: rsa.generate_private_key(65537, 1024),
    'p256': lambda: ec.generate_private_key(ec.SECP256R1()),
    'p384': lambda: ec.generate_private_key(ec.SECP384R1()),
    'ed25519': ed25519.Ed25519PrivateKey.generate,
    'dsa': lambda: dsa.generate_private_key(1024),
}
LONG = {'valid-from': '2020-01-01T00:00:00+0000', 'valid-to': '2120-01-01T00:00:00+0000'}
NOW = {'valid-from': '2025-01-01T00:00:00+0000', 'valid-to': '2035-01-01T00:00:00+0000'}
PAST = {'valid-from': '2020-01-01T00:00:00+0000', 'valid-to': '2021-01-01T00:00:00+0000'}
FUTURE = {'valid-from': '2090-01-01T00:00:00+0000', 'valid-to': '2095-01-01T00:00:00+0000'}


def _extension(name, critical=False, **content):
    return {'id': name, 'critical': critical, **content}


def _usage(*names):
    value = {'schema': 'key-usage', 'params': list(names)}
    return _extension('key_usage', True, **{'smart-value': value})


def _addresses(ocsp=True):
    links = {'ca-issuer-links': [{'repo': 'interm', 'include-repo-authority': True}]}
    if ocsp:
        links['ocsp-responder-names'] = ['interm']
    value = {'schema': 'aia-urls', 'params': links}
    return _extension('authority_information_access', **{'smart-value': value})


def _lists(*repositories):
    value = {'schema': 'crl-dist-url', 'params': {'crl-repo-names': list(repositories)}}
    return _extension('crl_distribution_points', **{'smart-value': value})


def _purposes(*names):
    return _extension('extended_key_usage', value=list(names))


SIGNING = _usage('digital_signature', 'non_repudiation')
STAMPING = [
    _usage('digital_signature'),
    _extension('extended_key_usage', True, value=['time_stamping']),
]
FULL = [SIGNING, _addresses(), _lists('interm')]


def _leaf(key, extensions, validity=NOW, **more):
    return {
        'subject': key, 'subject-key': key, 'issuer': 'interm', 'authority-key': 'interm',
        'validity': validity, 'extensions': extensions, **more,
    }  # fmt: skip


CERTIFICATES = {
    'root': {
        'subject': 'root', 'issuer': 'root', 'subject-key': 'root', 'authority-key': 'root',
        'validity': LONG, 'profiles': [{'id': 'simple-ca', 'params': {'crl-repo': 'root'}}],
    },
    'other_root': {
        'subject': 'other_root', 'issuer': 'other_root', 'subject-key': 'other_root',
        'authority-key': 'other_root', 'validity': LONG, 'profiles': ['simple-ca'],
    },
    'interm': {
        'issuer': 'root', 'validity': LONG,
        'profiles': [{'id': 'simple-ca', 'params': {'max-path-len': 0, 'crl-repo': 'root'}}],
    },
    'ocsp': {'issuer': 'interm', 'validity': NOW, 'profiles': ['ocsp-responder']},
    'tsa': {
        'issuer': 'root', 'validity': LONG,
        'extensions': [
            *STAMPING,
            _lists('root'),
        ],
    },
    # this one has to be asked about at the responder alone
    'asked_tsa': _leaf('tsa', [*STAMPING, _addresses()], LONG),
    # and this one by its authority's list alone
    'listed_tsa': _leaf('tsa', [*STAMPING, _lists('interm')], LONG),
    'rsa': _leaf('rsa', FULL),
    'p256': _leaf('p256', FULL),
    'p384': _leaf('p384', FULL),
    'weak': _leaf('weak', FULL),
    'ed25519': _leaf('ed25519', FULL),
    'dsa': _leaf('dsa', FULL),
    'other': _leaf('other', FULL),
    'by_list': _leaf('p256', [SIGNING, _addresses(ocsp=False), _lists('interm')]),
    'silent': _leaf('p256', [SIGNING]),
    'expired': _leaf('p256', FULL, PAST),
    'future': _leaf('p256', FULL, FUTURE),
    'server': _leaf('p256', [*FULL, _purposes('server_auth')]),
    'mail': _leaf('p256', [*FULL, _purposes('client_auth', 'email_protection')]),
    'encrypting': _leaf('p256', [_usage('key_agreement'), _addresses()]),
    'revoked': _leaf(
        'p256', FULL, revocation={'revoked-since': '2026-01-01T00:00:00+0000',
                                  'reason': 'key_compromise'},
    ),
    'list_revoked': _leaf(
        'p256', [SIGNING, _lists('interm')],
        revocation={'revoked-since': '2026-01-01T00:00:00+0000', 'reason': 'key_compromise'},
    ),
}  # fmt: skip


def _configuration(folder, prefix):
    entities = {name: {'common-name': f'Outside {name}'} for name in KEYS}
    services = {
        'ocsp': {'interm': {'for-issuer': 'interm', 'responder-cert': 'ocsp',
                            'signing-key': 'ocsp'}},
        'crl-repo': {
            'root': {'for-issuer': 'root', 'signing-key': 'root',
                     'simulated-update-schedule': 'P90D'},
            'interm': {'for-issuer': 'interm', 'signing-key': 'interm',
                       'simulated-update-schedule': 'P30D'},
        },
        'cert-repo': {'root': {'for-issuer': 'root', 'publish-issued-certs': True},
                      'interm': {'for-issuer': 'interm', 'publish-issued-certs': False}},
        'time-stamping': {
            'tsa': {'signing-key': 'tsa', 'signing-cert': 'tsa'},
            'asked': {'signing-key': 'tsa', 'signing-cert': 'asked_tsa',
                      'certs-to-embed': ['interm']},
            'listed': {'signing-key': 'tsa', 'signing-cert': 'listed_tsa',
                       'certs-to-embed': ['interm']},
        },
    }  # fmt: skip
    return {
        'external-url-prefix': prefix,
        'keysets': {
            'keys': {'path-prefix': str(folder), 'keys': {n: {'path': f'{n}.pem'} for n in KEYS}}
        },
        'pki-architectures': {
            'outside': {
                'keyset': 'keys',
                'entity-defaults': {'country-name': 'BE', 'organization-name': 'Outside Trust NV'},
                'entities': entities,
                'certs': CERTIFICATES,
                'services': services,
            }
        },
    }


class Outside:
    """The authority; made once it is `serving`."""

    def __init__(self, folder, port):
        self.url, self.mode, self.asked = f'http://127.0.0.1:{port}', {}, []
        # `held` are the addresses whose answers are being delayed
        self.release, self.delay, self.held = threading.Event(), 20, []
        folder.mkdir(exist_ok=True)
        self.keys = {name: MAKERS[kind]() for name, kind in KEYS.items()}
        for name, key in self.keys.items():
            data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (folder / f'{name}.pem').write_bytes(data)
        self.config = CertomancerConfig(
            _configuration(folder, self.url), key_search_dir=str(folder)
        )
        self.pki = self.config.get_pki_arch(ArchLabel('outside'))
        self.tsa = f'{self.url}/outside/tsa/tsa'
        self._application = Animator(
            AnimatorArchStore(self.config.pki_archs), with_web_ui=False
        )

    def certificate(self, name):
        """Return a certificate as DER."""
        return self.pki.get_cert(CertLabel(name)).dump()

    @property
    def root(self):
        return self.certificate('root')

    def pkcs12(self, name='rsa', *, key=None, chain=('interm', 'root'), password=PASSWORD):
        """Return a PKCS #12 of a certificate, `key` if it isn't its own one."""
        subject = CERTIFICATES[name]['subject-key'] if name in CERTIFICATES else name
        encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return pkcs12.serialize_key_and_certificates(
            b'seal',
            self.keys[key or subject],
            x509.load_der_x509_certificate(self.certificate(name)),
            [x509.load_der_x509_certificate(self.certificate(link)) for link in chain],
            encryption,
        )

    def __call__(self, environ, start_response):
        path = environ['PATH_INFO']
        self.asked.append(path)
        mode = next((mode for part, mode in self.mode.items() if f'/{part}/' in path), None)
        if mode == 'slow':
            self.held.append(path)
            self.release.wait(self.delay)
            self.held.remove(path)
        if mode == 'down':
            start_response('503 Service Unavailable', [('Content-Length', '0')])
            return [b'']
        if mode in ('garbage', 'huge'):
            body = b'<html>Hotel</html>' if mode == 'garbage' else bytes(20_000_000)
            start_response('200 OK', [('Content-Length', str(len(body)))])
            return [body]
        return self._application(environ, start_response)


@contextlib.contextmanager
def serving(folder):
    """Run an outside authority; yields it."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    outside = Outside(folder, port)
    with serving_application(outside, port):
        try:
            yield outside
        finally:
            outside.release.set()


@contextlib.contextmanager
def serving_application(application, port):
    """Run a WSGI application in a thread."""

    class Handler(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *_args):
            pass

    class Server(wsgiref.simple_server.WSGIServer):
        def process_request(self, request, client_address):
            threading.Thread(
                target=self._process, args=(request, client_address), daemon=True
            ).start()

        def _process(self, request, client_address):
            with contextlib.suppress(OSError):
                self.finish_request(request, client_address)
            self.shutdown_request(request)

    server = wsgiref.simple_server.make_server(
        '127.0.0.1', port, application, server_class=Server, handler_class=Handler
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

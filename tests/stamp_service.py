"""A time stamp server on loopback: `openssl ts` behind http.server, and all it can do wrong."""

import base64
import contextlib
import datetime
import http.server
import subprocess
import threading
import time

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from pades import authority, stamper
from pades.loops import run
from pades.tokens import Answer

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class StampService:
    """Answers as `mode` says; `requests` are the bodies received, `headers` those of the last."""

    def __init__(self, folder, ca=None):
        self.ca = ca or authority.create_authority('Trusted Time Ltd', 'BE')
        self.folder, self.mode, self.requests, self.headers = folder, 'good', [], {}
        self.release, self._one_at_a_time = threading.Event(), threading.Lock()
        folder.mkdir(exist_ok=True)
        (folder / 'serial').write_text('01\n')
        (folder / 'conf').write_text(CONFIG.format(folder=folder))
        (folder / 'key.der').write_bytes(self.ca.tsa_key)
        self._openssl('pkey', '-inform', 'DER', '-in', folder / 'key.der', '-out', folder / 'key')
        for name, der in (('cert', self.ca.tsa_cert), ('root', self.ca.root_cert)):
            pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
            (folder / name).write_bytes(pem)

    def _openssl(self, *arguments):
        subprocess.run(['openssl', *map(str, arguments)], check=True, capture_output=True)

    def by_openssl(self, request):
        folder = self.folder
        with self._one_at_a_time:
            (folder / 'query').write_bytes(request)
            self._openssl(
                'ts', '-reply', '-config', folder / 'conf', '-queryfile', folder / 'query',
                '-inkey', folder / 'key', '-signer', folder / 'cert', '-chain', folder / 'root',
                '-out', folder / 'reply',
            )
            return (folder / 'reply').read_bytes()

    def answer(self, request):
        """Return (status, headers, body)."""
        return getattr(self, f'_{self.mode}')(request)

    def _good(self, request):
        return 200, {}, self.by_openssl(request)

    def _with_password(self, request):
        wanted = 'Basic ' + base64.b64encode('jürgen:geheim'.encode()).decode()
        if self.headers.get('Authorization') != wanted:
            return 401, {}, b''
        return self._good(request)

    def _slow(self, request):
        self.release.wait(20)
        return self._good(request)

    def _dripping(self, request):
        return 200, {'X-Drip': '1'}, self.by_openssl(request)

    def _garbage(self, _request):
        return 200, {}, b'<html>Welcome to our hotel network</html>'

    def _empty(self, _request):
        return 200, {}, b''

    def _huge(self, _request):
        return 200, {}, bytes(1_000_000)

    def _unavailable(self, _request):
        return 503, {}, b'try later'

    def _redirect(self, _request):
        return 302, {'Location': 'http://127.0.0.1:9/elsewhere'}, b''

    def _refused(self, _request):
        status = {
            'status': 'rejection',
            'status_string': ['quota\nused up'],
            'fail_info': {'time_not_available'},
        }
        return 200, {}, Answer({'status': status}).dump()

    def _other_nonce(self, request):
        changed = tsp.TimeStampReq.load(request)
        changed['nonce'] = changed['nonce'].native + 1
        return self._good(changed.dump())

    def _no_nonce(self, request):
        changed = tsp.TimeStampReq.load(request)
        del changed['nonce']
        return self._good(changed.dump())

    def _other_imprint(self, request):
        changed = tsp.TimeStampReq.load(request)
        changed['message_imprint']['hashed_message'] = bytes(32)
        return self._good(changed.dump(force=True))

    def _other_policy(self, request):
        changed = tsp.TimeStampReq.load(request)
        del changed['req_policy']
        return self._good(changed.dump())

    def _no_token(self, _request):
        return 200, {}, Answer({'status': {'status': 'granted'}}).dump()

    def _forged(self, request):
        reply = tsp.TimeStampResp.load(self.by_openssl(request))
        info = reply['time_stamp_token']['content']['signer_infos'][0]
        info['signature'] = _signed_by(self.ca.tsa_key, b'something else')
        return 200, {}, reply.dump(force=True)

    def _other_content(self, request):
        """The time in the token is changed after it was signed."""
        reply = self.by_openssl(request)
        info = tsp.TimeStampResp.load(reply)['time_stamp_token']['content'][
            'encap_content_info']['content'].parsed
        text = info['gen_time'].contents
        other = (info['gen_time'].native + datetime.timedelta(seconds=60)).strftime('%Y%m%d%H%M%SZ')
        return 200, {}, reply.replace(text, other.encode())

    def _wrong_clock(self, request):
        wrong = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        return self._by_us(request, self.ca.tsa_cert, self.ca.tsa_key, clock=lambda: wrong)

    def _wrong_purpose(self, request):
        leaf = authority.issue_leaf(self.ca.issuing_cert, self.ca.issuing_key, common_name='X')
        return self._by_us(request, leaf.cert_der, leaf.key, chain=[self.ca.issuing_cert])

    def _by_us(self, request, *args, **options):
        ours = stamper.LocalStamper(*args, **options)
        reply = run(ours.async_request_tsa_response(tsp.TimeStampReq.load(request)))
        return 200, {}, reply.dump()


def _signed_by(key, data):
    return load_der_private_key(key, None).sign(data, ec.ECDSA(hashes.SHA256()))


@contextlib.contextmanager
def serving(service):
    """Run the service; yields its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length']))
            service.requests.append(body)
            service.headers = dict(self.headers)
            status, headers, reply = service.answer(body)
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header('Content-Type', 'application/timestamp-reply')
                self.send_header('Content-Length', str(len(reply)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                pieces = [reply]
                if 'X-Drip' in headers:
                    pieces = [reply[i : i + 1] for i in range(len(reply))]
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    if len(pieces) > 1:
                        time.sleep(0.2)

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f'http://127.0.0.1:{server.server_port}/tsa'
    finally:
        service.release.set()
        server.shutdown()
        server.server_close()

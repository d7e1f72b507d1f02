"""Packages made to deceive whoever checks them, or to do harm on that person's machine.

The attackers here are strangers: they have packages of the company, or at least its root
certificate, and no key of it. What an insider could do is in test_package.py.
"""

import base64
import json
import os
import re
import subprocess
import sys
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from evidence import package
from flows import signer_of
from packages import (
    Envelope,
    edit_line,
    lines_of,
    rechained,
    serial_of,
    sha256,
    unpacked,
    verify,
)
from pades import authority


@pytest.fixture(scope='module')
def folder(envelope, tmp_path_factory):
    return unpacked(envelope.package(), tmp_path_factory.mktemp('whole') / 'package')


@pytest.fixture(scope='module')
def fake():
    return authority.create_authority('Müster & Söhne GmbH', 'DE')


@pytest.fixture(scope='module')
def forged(fake):
    """A whole envelope that the company never had, signed under a root of the attacker's."""
    return Envelope(fake, partial(signer_of, fake))


def copy(folder, target):
    import shutil

    return shutil.copytree(folder, target, symlinks=True)


def pem_of(der):
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


# ------------------------------------------------------------------ whom is trusted


HIDDEN_ROOTS = {
    'under another mark': lambda pem: pem.replace(b'BEGIN ', b'BEGIN X509 ').replace(
        b'END ', b'END X509 '
    ),
    'as a trusted one': lambda pem: pem.replace(b'BEGIN ', b'BEGIN TRUSTED ').replace(
        b'END ', b'END TRUSTED '
    ),
    'behind a mark without its end': lambda pem: b'-----BEGIN CERTIFICATE-----\n' + pem,
    'as text': lambda pem: b'Certificate:\n' + pem,
}


@pytest.mark.parametrize('kind', HIDDEN_ROOTS)
def test_a_root_can_not_be_hidden_beside_the_right_one(
    kind, forged, ca, fake, tmp_path, monkeypatch
):
    """Only certificates whose fingerprint is shown are trusted, however openssl would read them."""
    text = pem_of(ca.root_cert) + HIDDEN_ROOTS[kind](pem_of(fake.root_cert))
    monkeypatch.setattr(package, '_pem', lambda _roots: text)
    target = unpacked(forged.package(), tmp_path / 'package')
    assert (target / 'root.pem').read_bytes() == text
    status, output = verify(target, '--root-sha256', sha256(ca.root_cert))
    assert status in (1, 2) and 'ALL IN ORDER' not in output, output


def test_a_root_with_bytes_behind_it_is_no_certificate(folder, ca, tmp_path):
    target = copy(folder, tmp_path / 'package')
    body = base64.encodebytes(ca.root_cert + b'more')
    (target / 'root.pem').write_bytes(
        b'-----BEGIN CERTIFICATE-----\n' + body + b'-----END CERTIFICATE-----\n'
    )
    assert verify(target)[0] == 2


def test_what_the_machine_trusts_for_web_sites_counts_for_nothing(
    forged, fake, ca, tmp_path, monkeypatch
):
    """Somebody with a certificate for a web server signs everything under the right root.pem."""
    target = unpacked(forged.package(), tmp_path / 'package')
    (target / 'root.pem').write_bytes(pem_of(ca.root_cert))
    for path in (*target.glob('manifest.tst'), *target.glob('stamp-roots.pem')):
        path.unlink()
    trusted = tmp_path / 'machine'
    trusted.mkdir()
    (trusted / 'theirs.pem').write_bytes(pem_of(fake.root_cert))
    subprocess.run(['openssl', 'rehash', str(trusted)], check=True)
    monkeypatch.setenv('SSL_CERT_DIR', str(trusted))
    monkeypatch.setenv('SSL_CERT_FILE', str(trusted / 'theirs.pem'))
    accepted = subprocess.run(
        ['openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in',
         str(target / 'manifest.p7s'), '-content', str(target / 'manifest.json'), '-CAfile',
         str(target / 'root.pem'), '-purpose', 'any', '-out', os.devnull],
        capture_output=True, check=False,
    )  # fmt: skip
    assert accepted.returncode == 0, 'openssl by itself trusts the machine as well'
    status, output = verify(target, '--root-sha256', sha256(ca.root_cert))
    assert status == 1
    assert output.count('is not trusted by root.pem') >= 6, output
    assert 'the log agrees' not in output and 'ok     sealed' not in output


@pytest.mark.parametrize('purpose', ['SERVER_AUTH', 'TIME_STAMPING', 'OCSP_SIGNING'])
def test_certificates_for_something_else_seal_nothing(purpose, envelope, ca, tmp_path):
    """Where the root is a public authority's, it has issued certificates to everybody."""
    usage = getattr(x509.oid.ExtendedKeyUsageOID, purpose)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(authority.ExtendedKeyUsageOID, 'EMAIL_PROTECTION', usage)
        patch.setattr(authority, 'DOCUMENT_SIGNING', usage)
        theirs = signer_of(ca, 'Müster GmbH')
    content = envelope.package(maker=lambda *_name, **_options: theirs)
    status, output = verify(unpacked(content, tmp_path))
    assert status == 1 and 'its seal does not fit' in output


# ------------------------------------------------------------------ harm on the machine


def proof_of_execution(tmp_path):
    return tmp_path / 'it ran', f'open({str(tmp_path / "it ran")!r}, "w").close()\n'


@pytest.mark.parametrize('name', ['json.py', 'argparse.py', 'hashlib.py', 'tempfile/__init__.py'])
def test_nothing_is_imported_from_the_folder(name, folder, tmp_path):
    """Somebody takes verify.py from the repository, puts it into the folder, and runs it there."""
    target = copy(folder, tmp_path / 'package')
    ran, code = proof_of_execution(tmp_path)
    (target / name).parent.mkdir(exist_ok=True)
    (target / name).write_text(code)
    result = subprocess.run(
        [sys.executable, 'verify.py'], cwd=target, capture_output=True, text=True, check=False
    )
    assert not ran.exists()
    assert result.returncode == 0, result.stdout + result.stderr


PATHS = '{folder}:{path}', ':{path}', '.:{path}', '{folder}/signed:{path}'


@pytest.mark.parametrize('path', PATHS)
def test_a_program_in_the_folder_is_not_run(path, folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    ran = tmp_path / 'it ran'
    for where in (target, target / 'signed'):
        (where / 'openssl').write_text(f'#!/bin/sh\ntouch "{ran}"\n')
        (where / 'openssl').chmod(0o755)
    environment = {**os.environ, 'PATH': path.format(folder=target, path=os.environ['PATH'])}
    result = subprocess.run(
        [sys.executable, 'verify.py'], cwd=target, env=environment, capture_output=True, check=False
    )
    assert not ran.exists() and result.returncode == 1


LINKS = {
    'signed/02 more.pdf': '/dev/zero',
    'signed/03 more.pdf': '/etc/passwd',
    'certificate-x.pdf': '/dev/zero',
    'manifest.tst': '/dev/zero',
    'evidence.jsonl': '/dev/zero',
    'more': '/',
}


@pytest.mark.parametrize('name', LINKS)
def test_links_lead_nowhere(name, folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    (target / name).unlink(missing_ok=True)
    (target / name).symlink_to(LINKS[name])
    status, output = verify(target)
    # what is no file at all is not there: then it can't be checked
    assert status in ((2,) if name == 'evidence.jsonl' else (1,)), output
    assert 'ALL IN ORDER' not in output


def test_pipes_and_huge_files_are_not_read(folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    os.mkfifo(target / 'signed' / 'pipe.pdf')
    assert verify(target)[0] == 1
    (target / 'signed' / 'pipe.pdf').unlink()
    with open(target / 'notes.txt', 'wb') as file:
        file.truncate(2**40)
    status, output = verify(target)
    assert status == 1 and 'larger than any file' in output


ODD_NAMES = '-rf', '--help', '-out', '$(touch x)', '; touch x', 'a\nb', '\x1b[2J'


@pytest.mark.parametrize('name', ODD_NAMES)
def test_odd_names_are_names(name, folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    (target / 'signed' / name).write_bytes(b'%PDF-1.7')
    status, output = verify(target)
    assert status == 1 and not (target / 'x').exists()
    assert '\x1b' not in output and 'does not belong to the package' in output


def test_a_folder_whose_name_looks_like_an_option(folder, tmp_path):
    copy(folder, tmp_path / '-text')
    result = subprocess.run(
        [sys.executable, '-I', str(package.VERIFIER), '--', '-text'],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_what_systems_put_into_folders_is_no_alarm(folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    for name in ('.DS_Store', 'signed/.DS_Store', 'originals/Thumbs.db', 'signed/desktop.ini'):
        (target / name).write_bytes(b'Bud1')
    status, output = verify(target)
    assert status == 0, output


# ------------------------------------------------------------------ odd logs and lists


ODD_LINES = {
    'NaN': b'{"a":NaN}', 'Infinity': b'{"a":-Infinity}', 'exponent': b'{"a":1e999999999}',
    'long number': b'{"a":' + b'9' * 100_000 + b'}', 'lone surrogate': b'{"a":"\\ud800"}',
    'deep': b'{"a":' * 900 + b'1' + b'}' * 900, 'deep list': b'[' * 70 + b']' * 70,
    'escaped text': b'{"a":"\\u0041"}', 'byte order mark': b'\xef\xbb\xbf{}',
    'UTF-16': '{"a":1}'.encode('utf-16'), 'empty': b'', 'carriage return': b'{}\r',
    'long line': b'{"a":"' + b'x' * 30_000_000 + b'"}',
}  # fmt: skip


@pytest.mark.parametrize('kind', ODD_LINES)
def test_lines_of_another_form(kind, folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    (target / 'evidence.jsonl').write_bytes(b''.join(lines_of(target)) + ODD_LINES[kind] + b'\n')
    status, output = verify(target)
    assert status == 1 and 'cannot be read' in output


ODD_VALUES = {
    'seq': [True, '1', None, -1, 2**80], 'prev': [None, [], {}, 1], 'ts': [None, 7, {}],
    'type': [None, 7, [], 'x' * 10_000, '\x1b]0;x\x07'], 'data': [None, [], 'x', 7],
    'hash': [None, [], {}],
}  # fmt: skip


def test_values_of_another_kind(folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    lines = lines_of(target)
    for key, values in ODD_VALUES.items():
        for value in values:
            def change(event, key=key, value=value):
                event[key] = value

            edited = edit_line(lines, 1, change)
            (target / 'evidence.jsonl').write_bytes(b''.join(edited))
            status, output = verify(target)
            assert status == 1 and '\x1b' not in output, (key, value, output)


ODD_MANIFESTS = {
    'upwards': {'../../etc/passwd': '0' * 64}, 'root': {'/etc/passwd': '0' * 64},
    'nothing': {'': '0' * 64}, 'zero': {'a\0b': '0' * 64}, 'long': {'x' * 5000: '0' * 64},
    'device': {'/dev/zero': '0' * 64}, 'kind': {'README.txt': [1]},
}  # fmt: skip


@pytest.mark.parametrize('kind', ODD_MANIFESTS)
def test_lists_that_lead_elsewhere(kind, folder, tmp_path):
    target = copy(folder, tmp_path / 'package')
    manifest = json.loads((target / 'manifest.json').read_bytes())
    manifest['files'].update(ODD_MANIFESTS[kind])
    (target / 'manifest.json').write_text(json.dumps(manifest))
    status, output = verify(target)
    assert status == 1 and 'WRONG' in output


def test_hashes_that_participants_wrote_are_not_the_log_s(envelope, tmp_path):
    """Somebody typed a hash into a field; it does not make a file one that the log names."""
    other = envelope.originals[1]

    def type_it(event, data):
        if event.type == 'requested':
            data['values'] = {'7': sha256(other)}
            data['reason'] = sha256(other)
        if event.type == 'frozen' and data['document'] == 2:
            data['content_sha256'] = '0' * 64

    events = rechained(envelope.log.events, type_it)
    status, output = verify(unpacked(envelope.package(events), tmp_path))
    assert status == 1 and 'its original is not the one the log names' in output


def test_many_ends_and_many_ranges_take_no_time(folder, tmp_path):
    """The verifier of a package full of marks is still done before the test's patience ends."""
    target = copy(folder, tmp_path / 'package')
    pdf = min((target / 'signed').glob('*'))
    pdf.write_bytes(pdf.read_bytes() + b'%%EOF\n' * 400_000)
    assert verify(target)[0] == 1
    pdf.write_bytes(b'%PDF-1.7\n' + b'/ByteRange [0 1 2 3] ' * 100_000)
    assert verify(target)[0] == 1


def test_names_are_read_from_the_certificate_itself(make_signer, envelope):
    """Not from what openssl prints, into which a name could write other things."""
    import runpy

    theirs = runpy.run_path(str(package.VERIFIER))
    for name in ('CN=Boss', 'a, CN=Boss', 'URI:evidence:1:' + 'a' * 40, 'Łukasz + Żółć', '"x"'):
        made = make_signer(name, evidence=envelope.log.uri)
        found = theirs['signer_of'](made.signing_cert.dump())
        assert found.name == name and found.may_sign
        count, head = found.anchor
        assert f'evidence:{count}:{head}' == envelope.log.uri
    one = envelope.sealed[0][1]
    assert f'{theirs["signer_of"](one.cert_der).serial:x}' == serial_of(one)
    assert theirs['signer_of'](envelope.ca.root_cert).anchor is None


def test_damaged_certificates_are_refused_or_read(ca):
    import contextlib
    import runpy

    theirs = runpy.run_path(str(package.VERIFIER))
    for position in range(len(ca.root_cert)):
        for bits in (0xFF, 0x80, 0x01, ca.root_cert[position]):  # the last one makes it zero
            der = bytearray(ca.root_cert)
            der[position] ^= bits
            with contextlib.suppress(ValueError):
                theirs['signer_of'](bytes(der))


def test_what_it_does_not_ask_is_said(folder):
    _status, output = verify(folder)
    said = re.search('What this check does not ask\n(.*)', output, re.S)[1]
    assert 'revoked' in said

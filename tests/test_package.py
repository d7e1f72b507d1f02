"""The evidence package and its verifier, a program by itself, on good and on forged packages."""

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from evidence import package
from flows import finalised, sign_long_term, signer_of
from packages import (
    Envelope,
    Log,
    edit_line,
    lines_of,
    rechained,
    serial_of,
    sha256,
    unpacked,
    verify,
)
from pades import authority, renew, seal


@pytest.fixture(scope='module')
def whole(envelope):
    return envelope.package()


def test_a_whole_package_is_in_order(whole, ca, tmp_path):
    folder = unpacked(whole, tmp_path)
    status, output = verify(folder)
    assert status == 0, output
    assert output.count('the log agrees') == 6 + 1
    assert output.count('time stamp of') == 2
    assert 'ALL IN ORDER' in output and 'WRONG' not in output
    fingerprint = sha256(ca.root_cert)
    assert verify(folder, '--root-sha256', fingerprint.upper())[0] == 0
    status, output = verify(folder, '--root-sha256', '00' * 32)
    assert status == 1 and 'a different fingerprint' in output
    assert (folder / 'signed' / '01 Contract n 1 2026.pdf').is_file()
    assert json.loads(lines_of(folder)[0])['data']['text'] == 'Żółć "quoted"\n'


def test_verifier_is_the_repository_s_and_works_from_anywhere(whole, tmp_path):
    folder = unpacked(whole, tmp_path / 'package')
    assert (folder / 'verify.py').read_bytes() == package.VERIFIER.read_bytes()
    elsewhere = subprocess.run(
        [sys.executable, '-I', str(package.VERIFIER), str(folder)],
        capture_output=True, cwd=tmp_path, check=False,
    )
    assert elsewhere.returncode == 0, elsewhere.stdout
    assert not list(folder.rglob('*.pyc'))


def test_what_can_not_be_checked_says_so(whole, tmp_path, monkeypatch):
    folder = unpacked(whole, tmp_path)
    (folder / 'root.pem').write_text('nothing')
    assert verify(folder)[0] == 2
    (folder / 'root.pem').unlink()
    assert verify(folder)[0] == 2
    (tmp_path / 'openssl').write_text('#!/bin/sh\nexit 0\n')
    (tmp_path / 'openssl').chmod(0o755)
    monkeypatch.setenv('PATH', f'{tmp_path}::.')
    status, output = verify(folder)
    assert status == 2 and 'openssl is missing' in output


LOG_CHANGES = {
    'edited': (lambda lines: edit_line(lines, 1, lambda e: e['data'].update(document=9)), 'edited'),
    'time': (lambda lines: edit_line(lines, 2, lambda e: e.update(ts='2020-01-01')), 'edited'),
    'deleted': (lambda lines: lines[:3] + lines[4:], 'does not continue'),
    'first': (lambda lines: lines[1:], 'does not continue'),
    'reordered': (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 'stands where'),
    'repeated': (lambda lines: [*lines[:2], lines[1], *lines[2:]], 'stands where'),
    'cut': (lambda lines: lines[:-1], 'it was cut'),
    'cut far': (lambda lines: lines[:4], 'it was cut'),
    'empty': (lambda lines: [], 'it was cut'),
    'half a line': (lambda lines: [*lines[:-1], lines[-1][:20]], 'is cut'),
    'nonsense': (lambda lines: [*lines, b'{"a":1}\n'], 'cannot be read'),
    'float': (lambda lines: [*lines, b'{"seq":1.0}\n'], 'cannot be read'),
    'doubled key': (lambda lines: [b'{"seq":1,' + lines[0][1:], *lines[1:]], 'cannot be read'),
    'spaces': (lambda lines: [lines[0].replace(b':', b': ', 1), *lines[1:]], 'canonical'),
    'deep': (lambda lines: [*lines, b'[' * 100_000 + b'\n'], 'cannot be read'),
    'not text': (lambda lines: [*lines, b'\xff\xfe\n'], 'cannot be read'),
}


@pytest.mark.parametrize('kind', LOG_CHANGES)
def test_changed_logs_are_found(kind, whole, tmp_path):
    change, words = LOG_CHANGES[kind]
    folder = unpacked(whole, tmp_path)
    (folder / 'evidence.jsonl').write_bytes(b''.join(change(lines_of(folder))))
    status, output = verify(folder)
    assert status == 1, output
    assert words in output and 'SOMETHING IS WRONG' in output


@pytest.mark.slow
def test_every_single_cut_and_edit_is_found(whole, tmp_path):
    folder = unpacked(whole, tmp_path)
    lines = lines_of(folder)
    for number in range(len(lines)):
        edited = edit_line(lines, number, lambda event: event['data'].update(x=1))
        for changed in (lines[:number], lines[:number] + lines[number + 1 :], edited):
            (folder / 'evidence.jsonl').write_bytes(b''.join(changed))
            assert verify(folder)[0] == 1, number


def test_a_rewritten_chain_is_found_even_with_a_new_seal(envelope, tmp_path):
    """An insider writes the log anew and lets the company's own key seal the package."""

    def rename(event, data):
        if event.type == 'requested':
            data['text'] = 'Somebody else'

    events = rechained(envelope.log.events, rename)
    folder = unpacked(envelope.package(events), tmp_path / 'rewritten')
    status, output = verify(folder)
    assert status == 1 and 'the log was rewritten' in output, output
    folder = unpacked(envelope.package(envelope.log.events[:3]), tmp_path / 'cut')
    status, output = verify(folder)
    assert status == 1 and 'it was cut' in output
    folder = unpacked(envelope.package(envelope.log.events[:-1]), tmp_path / 'tail')
    assert verify(folder)[0] == 0, 'only a seal made before can tell that the last line is gone'


def pdf_changes(envelope):
    final, sealed = envelope.final[0].pdf, envelope.sealed[0]
    flipped = bytearray(final)
    flipped[300] ^= 1
    start = envelope.final[0].byte_range[1]
    hidden = bytearray(final)
    hidden[envelope.final[0].byte_range[2] - 5] = ord('7')
    more = seal.close_unused(
        final, envelope.make_signer('Mallory'), field_name='more', names=[],
        timestamper=envelope.stamper,
    )
    again = renew.renew(final, authorities=[envelope.ca], stamper=envelope.stamper)
    other = sign_long_term(envelope.originals[0], envelope.make_signer, envelope.stamper)
    return {
        'rolled back': (sealed[-1].pdf, 'rolled back'),
        'rolled back far': (sealed[0].pdf, 'rolled back'),
        'altered': (bytes(flipped), 'altered'),
        'extended': (final + b'\n% more\n', 'extended'),
        'signed by another': (more.pdf, 'not in the log'),
        'stamped by another': (again.pdf, 'of which the log knows nothing'),
        'signed anew': (finalised(other, envelope.ca, envelope.stamper).pdf, 'not in the log'),
        'not signed': (envelope.originals[0], 'it is not signed'),
        'hidden bytes': (bytes(hidden), 'hidden'),
        'no signature': (final.replace(b'/ByteRange', b'/ByteRanje'), 'it is not signed'),
        'damaged': (final[: start + 1] + b'zz' + final[start + 3 :], 'leaves out more'),
        'empty': (b'', 'altered'),
        'the other document': (envelope.final[1].pdf, 'missing'),
    }


@pytest.fixture(scope='module')
def changed_pdfs(envelope):
    return pdf_changes(envelope)


KINDS = (
    'rolled back', 'rolled back far', 'altered', 'extended', 'signed by another',
    'stamped by another', 'signed anew', 'not signed', 'hidden bytes', 'no signature', 'damaged',
    'empty', 'the other document',
)


@pytest.mark.parametrize('kind', KINDS)
def test_changed_documents_are_found_even_with_a_new_seal(kind, changed_pdfs, envelope, tmp_path):
    pdf, words = changed_pdfs[kind]
    folder = unpacked(envelope.package(pdfs=[pdf, envelope.final[1].pdf]), tmp_path)
    status, output = verify(folder)
    assert status == 1, output
    assert words in output


def test_a_signature_that_is_not_in_the_log(envelope, tmp_path):
    """The log is written anew without one of the signatures, and the package is sealed anew."""
    gone = serial_of(envelope.sealed[0][1])

    def forget(event, data):
        for one in data.get('seals', {}).values():
            if one['certificate']['serial'] == gone:
                one['certificate']['serial'] = 'abcdef'

    folder = unpacked(envelope.package(rechained(envelope.log.events, forget)), tmp_path)
    status, output = verify(folder)
    assert status == 1 and 'is not in the log' in output


@pytest.mark.parametrize('part', ['signed', 'originals', 'manifest.p7s', 'manifest.json',
                                  'certificate.pdf', 'README.txt'])
def test_missing_and_changed_files_are_found(part, whole, tmp_path):
    for kind in ('missing', 'changed'):
        folder = unpacked(whole, tmp_path / kind)
        path = folder / part
        path = min(path.glob('*')) if path.is_dir() else path
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.unlink()
        if kind == 'changed':
            path.write_bytes(content)
        assert verify(folder)[0] == 1, kind


def test_files_put_in_are_found(envelope, whole, ca, tmp_path):
    folder = unpacked(whole, tmp_path)
    (folder / 'my notes.txt').write_text('read on 3 May')
    assert verify(folder)[0] == 0
    shutil.copy(min((folder / 'signed').glob('*')), folder / 'annex.pdf')
    assert verify(folder)[0] == 1
    (folder / 'annex.pdf').unlink()
    (folder / 'stamp-roots.pem').write_bytes((folder / 'root.pem').read_bytes())
    assert verify(folder)[0] == 1


def test_a_look_alike_authority_shows_by_its_fingerprint(envelope, ca, tmp_path):
    """Somebody makes everything anew, under a root with the same name."""
    fake = authority.create_authority('Müster & Söhne GmbH', 'DE')
    folder = unpacked(Envelope(fake, partial(signer_of, fake)).package(), tmp_path)
    assert verify(folder)[0] == 0
    assert verify(folder, '--root-sha256', sha256(ca.root_cert))[0] == 1
    both = (folder / 'root.pem').read_bytes() + package._pem([ca.root_cert])
    (folder / 'root.pem').write_bytes(both)
    assert verify(folder, '--root-sha256', sha256(ca.root_cert))[0] == 1


def test_only_the_seal_of_the_trusted_authority_counts(envelope, ca, tmp_path):
    fake = authority.create_authority('Other', None)
    content = envelope.package(maker=partial(signer_of, fake))
    status, output = verify(unpacked(content, tmp_path))
    assert status == 1 and 'seal does not fit' in output


def test_renewed_documents_stay_in_order(envelope, tmp_path):
    log, pdfs = list(envelope.log.events), [one.pdf for one in envelope.final]
    again = renew.renew(pdfs[0], authorities=[envelope.ca], stamper=envelope.stamper)
    more = Log()
    more.events = log
    more.add('renewed', document=1, replaces=envelope.final[0].sha256, sha256=again.sha256)
    folder = unpacked(
        envelope.package(more.events, [again.pdf, pdfs[1]]), tmp_path / 'renewed'
    )
    status, output = verify(folder)
    assert status == 0, output
    assert verify(unpacked(envelope.package(more.events), tmp_path / 'old'))[0] == 1


def test_names_are_fit_for_every_file_system():
    assert package.file_name('../../etc/passwd') == 'etc passwd'
    assert package.file_name('Angebot S00012: Größe "XL"?.PDF') == 'Angebot S00012 Größe XL'
    assert package.file_name('\x00\n..') == 'document'
    assert package.file_name('合同.pdf') == '合同'
    assert len(package.file_name('x' * 500)) == 80


def test_verifier_hashes_as_the_log_does():
    import runpy

    theirs = runpy.run_path(str(package.VERIFIER))
    from evidence import GENESIS, PREFIX, dumps

    assert (theirs['PREFIX'], theirs['GENESIS'], theirs['FORMAT']) == (
        PREFIX, GENESIS, package.FORMAT,
    )
    value = {'b': [1, True, None, 'Żółć\n"\\\x1f\u2028😀'], 'a': {}, 'ä': -5}
    assert theirs['canonical'](value) == dumps(value)
    assert Path(package.VERIFIER).read_text().startswith('#!/usr/bin/env python3')

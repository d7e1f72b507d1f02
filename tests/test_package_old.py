"""Packages that are read when the certificates of their time stamps have ended: honest and forged.

The built-in stamper's lasts for up to 30 years, a bought one's often for ten. What a package still
proves after that, and what it only claims, is told apart; a time that can't be is found.
"""

import datetime
import shutil
import subprocess
import sys

import bygone
import pytest
from bygone import NOW, YEAR
from packages import Envelope, Log, sha256, unpacked, verify
from pades import authority, renew, stamper

SIGNED = NOW - 12 * YEAR


@pytest.fixture(scope='module')
def old():
    """A company's authority; its stamper began 13 years ago and ended three years ago."""
    begin = SIGNED - YEAR
    return bygone.with_stamper(authority.create_authority('Old GmbH', 'DE', now=begin), begin)


@pytest.fixture(scope='module')
def envelope(old):
    return Envelope(old, bygone.signers_of(old, SIGNED), moment=SIGNED)


def stamps_of(authority, moment):
    return stamper.LocalStamper.of(authority, clock=lambda: moment)


def in_use(old):
    """The same company's next stamper, in use for four years."""
    return bygone.with_stamper(old, NOW - 4 * YEAR)


@pytest.fixture(scope='module')
def folder(envelope, tmp_path_factory):
    return unpacked(envelope.package(), tmp_path_factory.mktemp('old') / 'package')


def test_an_old_package_is_neither_wrong_nor_proven(folder):
    status, output = verify(folder)
    assert status == 3 and 'WRONG' not in output and 'NOT PROVEN ANY MORE' in output, output
    assert output.count('claim  signed by') == 6 and output.count('claim  time stamp of') == 2
    assert output.count('claim  sealed by') == 2 and 'ok     signed by' not in output
    # what needs no key is certain
    assert 'events, each continues the one before' in output
    assert output.count('ok     it is the file that the log names as completed') == 2


def test_a_day_known_from_elsewhere_proves_it(folder):
    for day in (SIGNED, SIGNED + 5 * YEAR):
        status, output = verify(folder, '--existed-on', f'{day:%Y-%m-%d}')
        assert status == 0 and 'claim' not in output, output
    # the stamper's certificate had ended by then
    assert verify(folder, '--existed-on', f'{NOW - YEAR:%Y-%m-%d}')[0] == 3
    # it can't have been there before its own stamps
    status, output = verify(folder, '--existed-on', f'{SIGNED - 3 * (YEAR / 365):%Y-%m-%d}')
    assert status == 1 and 'was there before that' in output, output


def test_a_package_made_anew_proves_what_is_in_it(envelope, old, tmp_path):
    """The documents' own stamps were valid when the list got a stamp that still is."""
    again = envelope.package(
        maker=bygone.signers_of(old, NOW - 3.5 * YEAR),
        stamps=stamps_of(in_use(old), NOW - 3.5 * YEAR),
    )
    status, output = verify(unpacked(again, tmp_path))
    assert status == 0 and 'claim' not in output, output


def test_a_stamp_that_came_too_late_proves_nothing_before_it(envelope, old, tmp_path):
    again = envelope.package(
        maker=bygone.signers_of(old, NOW - YEAR), stamps=stamps_of(in_use(old), NOW - YEAR)
    )
    status, output = verify(unpacked(again, tmp_path))
    assert status == 3 and output.count('claim  signed by') == 6, output
    # the list itself is proven, and nothing in it
    assert 'ok     sealed by Müster GmbH on' in output


def renewed(envelope, old, moment):
    """The documents and the log after a renewal."""
    log, pdfs = Log(SIGNED), []
    log.events = list(envelope.log.events)
    for before in envelope.final:
        again = renew.renew(
            before.pdf, authorities=[old], stamper=stamps_of(in_use(old), moment), now=moment
        )
        log.add('renewed', document=1, replaces=before.sha256, sha256=again.sha256)
        pdfs.append(again.pdf)
    return log.events, pdfs


def test_renewed_documents_hold_up_by_themselves(envelope, old, tmp_path):
    """The certificate of completion is proven by the stamp on the list alone."""
    moment = NOW - 3.5 * YEAR
    events, pdfs = renewed(envelope, old, moment)
    maker = bygone.signers_of(old, moment)
    again = envelope.package(events, pdfs, maker=maker, stamps=stamps_of(in_use(old), moment))
    status, output = verify(unpacked(again, tmp_path / 'anew'))
    assert status == 0 and output.count('ok     signed by') == 6, output


def test_a_list_dated_back_is_found(envelope, old, tmp_path):
    """Somebody with the old stamper's key dates the list back, over documents renewed since."""
    events, pdfs = renewed(envelope, old, NOW - 3.5 * YEAR)
    forged = envelope.package(events, pdfs, maker=bygone.signers_of(old, SIGNED))
    status, output = verify(unpacked(forged, tmp_path))
    assert status == 1 and 'but was there before that' in output, output


def test_a_list_older_than_its_log_is_found(envelope, old, tmp_path):
    """The log goes on for longer than the stamp on the list admits."""
    before = SIGNED - datetime.timedelta(days=2)
    forged = envelope.package(
        maker=bygone.signers_of(old, before), stamps=stamps_of(old, before)
    )
    status, output = verify(unpacked(forged, tmp_path))
    assert status == 1 and 'before the log ended' in output, output


@pytest.mark.parametrize('begins', [NOW - YEAR, SIGNED - 11 * YEAR])
def test_a_time_beyond_its_certificate_is_found(begins, tmp_path):
    """The stamper's certificate begins after what it stamps, or had ended by then."""
    company = authority.create_authority('Young GmbH', 'DE', now=SIGNED - 12 * YEAR)
    company = bygone.with_stamper(company, begins)
    moment = NOW - 1.5 * YEAR
    invented = Envelope(company, bygone.signers_of(company, moment), moment=moment)
    status, output = verify(unpacked(invented.package(), tmp_path))
    assert status == 1 and 'time stamp on its seal does not fit' in output, output


def test_a_time_to_come_is_found(ca, make_signer, tmp_path):
    young = Envelope(ca, make_signer)
    forged = young.package(stamps=stamps_of(ca, NOW + YEAR))
    status, output = verify(unpacked(forged, tmp_path))
    assert status == 1 and 'was there before that' in output, output


def test_everything_forged_with_keys_that_leaked_is_never_in_order(old, tmp_path):
    """The keys of what ended are all that is needed for a contract that nobody ever signed.

    It can't be told from an honest one, and hence neither of them may pass as proven.
    """
    invented = Envelope(old, bygone.signers_of(old, SIGNED), moment=SIGNED)
    status, output = verify(
        unpacked(invented.package(), tmp_path), '--root-sha256', sha256(old.root_cert)
    )
    assert status == 3 and 'ALL IN ORDER' not in output


def test_without_its_stamp_an_old_list_proves_nothing(folder, tmp_path):
    bare = shutil.copytree(folder, tmp_path / 'package')
    (bare / 'manifest.tst').unlink()
    status, output = verify(bare)
    assert status == 1 and 'its seal does not fit' in output


def test_an_openssl_that_knows_no_times_says_so(folder, envelope, ca, make_signer, tmp_path,
                                                monkeypatch):
    """LibreSSL, on macOS: young packages are checked, old ones not, instead of called wrong."""
    program = tmp_path / 'openssl'
    program.write_text(
        '#!/bin/sh\n'
        'if [ "$1" = ts ]; then for word; do\n'
        '  if [ "$word" = -attime ]; then echo "unknown option -attime"; exit 1; fi\n'
        '  if [ "$word" = -help ]; then echo "usage: ts"; exit 1; fi\n'
        f'done; fi\nexec {shutil.which("openssl")} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv('PATH', str(tmp_path), prepend=':')
    status, output = verify(folder)
    assert status == 2 and 'instead of LibreSSL' in output, output
    status, output = verify(unpacked(Envelope(ca, make_signer).package(), tmp_path / 'young'))
    assert status == 0, output


@pytest.mark.parametrize(
    ('day', 'why'),
    [
        ('tomorrow', 'invalid day value'),
        ('2026-13-01', 'invalid day value'),
        ('9999-01-01', 'that day is still to come'),
        ('', 'invalid day value'),
    ],
)
def test_days_that_are_none(day, why, folder):
    done = subprocess.run(
        [sys.executable, '-I', 'verify.py', '--existed-on', day],
        cwd=folder, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 2 and why in done.stderr

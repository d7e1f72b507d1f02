"""The programs that judge our PDFs do find fault, and one that is missing is told."""

import judges
import pytest
import samples
from flows import finalised, sign_long_term
from pades import authority, stamper


@pytest.fixture(scope='module')
def signed(ca, make_signer):
    stamps = stamper.LocalStamper.of(ca)
    return finalised(sign_long_term(samples.pdf(), make_signer, stamps), ca, stamps).pdf


@pytest.fixture
def path(signed, tmp_path):
    (tmp_path / 'signed.pdf').write_bytes(signed)
    return tmp_path / 'signed.pdf'


def test_whole_ones_are_accepted(signed, roots, path):
    assert [part.is_stamp for part in judges.judge(signed, roots)] == [False] * 3 + [True]
    judges.ask_pdfsig(path, 3)
    judges.ask_mutool(path, 3, 1)


def test_each_finds_what_was_changed(signed, roots, path):
    changed = bytearray(signed)
    changed[changed.index(b'/MediaBox') + 1] ^= 1
    path.write_bytes(changed)
    questions = [
        lambda: judges.ask_pdfsig(path, 3),
        lambda: judges.ask_mutool(path, 3, 1),
        *(lambda part=part: judges.ask_openssl(part, roots)
          for part in judges.sealed_parts(bytes(changed))),
        lambda: judges.judge(bytes(changed), roots),
    ]  # fmt: skip
    for question in questions:
        with pytest.raises(AssertionError):
            question()


def test_the_number_counts_and_the_end(signed, path):
    for number in (2, 4):
        with pytest.raises(AssertionError):
            judges.ask_pdfsig(path, number)
        with pytest.raises(AssertionError):
            judges.ask_mutool(path, number, 1)
    path.write_bytes(signed + b'\n% more')
    with pytest.raises(AssertionError):
        judges.ask_pdfsig(path, 3)
    path.write_bytes(signed[: len(signed) // 2])
    with pytest.raises(AssertionError):
        judges.ask_qpdf(path)


def test_only_these_roots_are_trusted(signed):
    other = authority.create_authority('Other', None)
    for part in judges.sealed_parts(signed):
        with pytest.raises(AssertionError):
            judges.ask_openssl(part, [other.root_cert])


@pytest.mark.parametrize('program', ['pdfsig', 'mutool', 'qpdf', 'openssl'])
def test_a_missing_program_is_told_or_left_out(program, signed, roots, monkeypatch):
    which = judges.shutil.which
    monkeypatch.setattr(judges.shutil, 'which', lambda name: which(name) and name != program)
    with pytest.raises(judges.Missing, match=f'{program} is missing: install'):
        judges.judge(signed, roots)
    assert len(judges.judge(signed, roots, leave_out_missing=True)) == 4

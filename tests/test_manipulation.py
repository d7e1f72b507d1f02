"""Everything somebody could do to a signed file, and who has to tell.

The table is made of `tricks_*.py`, each manipulation from a freshly signed file (`scene.py`). For
every one it is asked what the file says by itself, what the verify page answers, what the verifier
of the evidence package says, and what the daily check finds: where the file was swapped, and where
an insider also rewrote rows, log and package so that they name the other file.
"""

import hashlib
import logging

import pytest
import tricks_bytes  # noqa: F401 - they enter themselves into the table
import tricks_content  # noqa: F401
import tricks_fields  # noqa: F401
import tricks_signatures  # noqa: F401
import tricks_structure  # noqa: F401
from pades import validate
from pades.examine import examine
from pades.problems import worst
from scene import Scene, remembered
from test_package import unpacked, verify
from tricks import AMBER, GREEN, RED, TRICKS

EXAMINED = (
    'signature wrapped', 'file encrypted', 'bytes behind the end', 'content put over the page',
    'last signers cut off', 'form of another kind added',
)  # fmt: skip


@pytest.fixture(scope='module')
def it(ca, make_signer):
    # Every difference that it finds is a traceback in the log.
    logging.getLogger('pyhanko').setLevel(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validate, 'look', remembered(validate.look))
        yield Scene(ca, make_signer)
    logging.getLogger('pyhanko').setLevel(logging.NOTSET)


class Files(dict):
    """The manipulated files by name, made when they are asked for."""

    def __init__(self, it):
        self._it = it

    def __missing__(self, name):
        self[name] = pdf = TRICKS[name].make(self._it)
        return pdf


@pytest.fixture(scope='module')
def files(it):
    return Files(it)


def test_there_is_nothing_to_say_of_the_file_itself(it, tmp_path):
    found = it.look(it.pdf)
    assert not found.problems and all(one.ok for one in found.signatures)
    assert [answer.colour for answer in it.answers(it.pdf, found)] == [GREEN] * 3
    assert it.daily(it.pdf, it.last.sha256) == ([], [])
    assert verify(unpacked(it.package(), tmp_path))[0] == 0


def test_there_are_many():
    assert len(TRICKS) > 80
    assert len([trick for trick in TRICKS.values() if not trick.variant]) > 80


@pytest.mark.slow
def test_each_is_another_file(files):
    pdfs = [files[name] for name in TRICKS]
    assert len(set(pdfs)) == len(pdfs)


@pytest.mark.parametrize(
    'name',
    [
        pytest.param(name, marks=pytest.mark.slow if trick.variant else ())
        for name, trick in TRICKS.items()
    ],
)
def test_every_manipulation_is_told(name, it, files, tmp_path):
    trick, pdf = TRICKS[name], files[name]
    assert pdf != it.pdf
    found = it.look(pdf)
    problems = [*found.problems, *(p for one in found.signatures for p in one.problems)]
    assert worst(problems) == trick.alone, problems
    answers = it.answers(pdf, found)
    assert answers[0].colour == trick.file, answers
    assert answers[2].colour == (RED if trick.file == RED else AMBER) or not found.signatures
    # The file was swapped: another hash. It is the log's as well: only the signatures tell.
    assert it.daily(pdf, it.last.sha256)[0] == ['Contract']
    assert bool(it.daily(pdf, hashlib.sha256(pdf).hexdigest())[1]) == trick.insider
    if trick.alone != GREEN:
        believing = it.answers(pdf, found, it.believing(pdf))
        assert {answer.colour for answer in believing[:2]} != {GREEN}, believing
    # the company seals a package with it anew
    status, output = verify(unpacked(it.package(pdfs=[pdf]), tmp_path))
    assert status == 1 and 'WRONG' in output, output


@pytest.mark.parametrize('name', EXAMINED)
def test_the_page_s_child_process_says_the_same(name, it, files):
    found = examine(files[name], roots=[it.ca.root_cert])
    assert found.colour == TRICKS[name].alone
    assert (found.refused_reason == 'encrypted') == (name == 'file encrypted')


def test_a_lower_level_is_told(it, files):
    found = it.look(files['security store emptied and stamped'])
    assert {one.level for one in found.signatures} == {'B-T', None}
    believing = it.believing(files['security store emptied and stamped'])
    answers = it.answers(files['security store emptied and stamped'], found, believing)
    assert answers[1].colour == AMBER

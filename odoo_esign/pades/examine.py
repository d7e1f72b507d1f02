"""Judges any PDF, ours, altered, another system's or hostile, in a child process with limits."""

import base64
import datetime
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import sandbox
from .problems import Problem, worst
from .reports import SignatureReport, from_plain

_CHILD = Path(__file__).with_name('examine_child.py')
_MODULES = ('pyhanko', 'asn1crypto', 'cryptography', 'lxml')


@dataclass(frozen=True)
class Examination:
    """What is known of a PDF that anybody may have handed in.

    `refused_reason` is None or one of too_big, not_pdf, encrypted, broken, timeout, crashed;
    `message` says it to people. `signatures` are all signatures and document time stamps, oldest
    first; `problems` what is wrong with the file as a whole, each with a stable `code`.
    """

    sha256: str
    size: int
    refused_reason: str | None = None
    message: str = ''
    pages: int = 0
    signatures: tuple[SignatureReport, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """The file's problems and those of every signature."""
        of_signatures = (
            problem.within(one.field) for one in self.signatures for problem in one.problems
        )
        return (*self.problems, *of_signatures)

    @property
    def colour(self) -> str:
        """The worst of everything: 'red', 'amber' or 'green'. A refused file is 'red'."""
        return 'red' if self.refused_reason else worst(self.all_problems)


def examine(
    pdf: bytes,
    *,
    roots: Sequence[bytes] = (),
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
    timeout: float = 20,
    max_bytes: int = 25 * 2**20,
    max_memory: int = 2**30,
) -> Examination:
    """Judge a PDF where it can do no harm; raises nothing on bad input, keeps and fetches nothing.

    `roots`, `stamp_roots` (DER) and `moment` are as in `validate.look`. Takes about a second, most
    of it the child's start.
    """
    basis = {'sha256': hashlib.sha256(pdf).hexdigest(), 'size': len(pdf)}
    if len(pdf) > max_bytes:
        message = f'the PDF has more than {max_bytes // 2**20} MB'
        return Examination(**basis, refused_reason='too_big', message=message)
    with tempfile.TemporaryDirectory(prefix='esign-') as name:
        folder = Path(name)
        (folder / 'source.pdf').write_bytes(pdf)
        request = {
            'pdf': str(folder / 'source.pdf'),
            'roots': _texts(roots),
            'stamp_roots': _texts(stamp_roots),
            'moment': moment and moment.isoformat(),
        }
        (folder / 'request.json').write_text(json.dumps(request))
        # The package itself last: the folder above it holds modules of all kinds of names.
        paths = [*sandbox.module_paths(*_MODULES), str(_CHILD.parent.parent)]
        try:
            output = sandbox.run(
                _CHILD,
                [str(folder / 'request.json'), *paths],
                folder=folder,
                timeout=timeout,
                max_memory=max_memory,
                max_file=2**20,
            )
            return _made(basis, json.loads(output))
        except sandbox.SandboxError as error:
            message = f'the PDF cannot be opened safely: {error}'
            return Examination(**basis, refused_reason=error.code, message=message)
        except ValueError:
            message = 'the PDF cannot be opened safely'
            return Examination(**basis, refused_reason='crashed', message=message)


def _made(basis, facts):
    if 'refused' in facts:
        return Examination(**basis, refused_reason=facts['refused'], message=facts['message'])
    return Examination(
        **basis,
        pages=facts['pages'],
        signatures=tuple(from_plain(values) for values in facts['signatures']),
        problems=tuple(Problem(*parts) for parts in facts['problems']),
    )


def _texts(certificates):
    return [base64.b64encode(der).decode('ascii') for der in certificates]

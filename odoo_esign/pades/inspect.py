"""Judges an uploaded PDF before anything else touches it, in a child process with limits."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import sandbox

_CHILD = Path(__file__).with_name('inspect_child.py')
_MODULES = ('pyhanko', 'pypdfium2', 'pypdfium2_raw', 'asn1crypto', 'cryptography', 'PIL', 'lxml')


@dataclass(frozen=True)
class UploadReport:
    """What is known of an uploaded PDF.

    `refused_reason` is None or one of too_big, not_pdf, encrypted, broken, broken_signed, locked
    (a signature in it forbids changes), no_pages, too_many_pages, timeout, crashed; `message` says
    it to people. `sizes` are (width, height) in points as a reader shows the pages. `warnings`:
    javascript, launch, submit, xfa, encrypted, signed, hybrid. `signatures` are the names of signed
    fields, oldest first. `repaired`: the PDF to use instead, where only rewriting made it fit.
    """

    pages: int
    sizes: tuple[tuple[float, float], ...]
    refused_reason: str | None
    message: str
    warnings: tuple[str, ...]
    signatures: tuple[str, ...]
    repaired: bytes | None = None


def inspect_upload(
    pdf: bytes,
    *,
    timeout: float = 20,
    max_bytes: int = 25 * 2**20,
    max_pages: int = 500,
    max_memory: int = 2**30,
) -> UploadReport:
    """Open and draw a PDF where it can do no harm, and report; raises nothing on bad input.

    Takes about half a second, most of it the child's start.
    """
    if len(pdf) > max_bytes:
        return _refused('too_big', f'the PDF has more than {max_bytes // 2**20} MB')
    with tempfile.TemporaryDirectory(prefix='esign-') as name:
        folder = Path(name)
        source, repaired = folder / 'source.pdf', folder / 'repaired.pdf'
        source.write_bytes(pdf)
        arguments = [str(source), str(repaired), str(max_pages)]
        try:
            output = sandbox.run(
                _CHILD,
                arguments + sandbox.module_paths(*_MODULES),
                folder=folder,
                timeout=timeout,
                max_memory=max_memory,
                max_file=4 * max_bytes,
            )
            facts = json.loads(output)
        except sandbox.SandboxError as error:
            return _refused(error.code, f'the PDF cannot be opened safely: {error}')
        except ValueError:
            return _refused('crashed', 'the PDF cannot be opened safely')
        content = repaired.read_bytes() if facts['repaired'] else None
    return UploadReport(
        pages=len(facts['sizes']),
        sizes=tuple((width, height) for width, height in facts['sizes']),
        refused_reason=facts.get('refused'),
        message=facts.get('message', ''),
        warnings=tuple(dict.fromkeys(facts['warnings'])),
        signatures=tuple(signature['field'] for signature in facts['signatures']),
        repaired=content,
    )


def _refused(code, message):
    return UploadReport(0, (), code, message, (), ())

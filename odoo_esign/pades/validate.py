"""Reads signatures back, strictly and without any network, and judges them.

Both of pyHanko's judges have to agree: its validation (cryptography, chain of trust, difference
analysis) and, where a document time stamp is, its engine after ETSI EN 319 102-1 (`longterm`). To
that come our own rules for what still reads as valid there: a last signature cut off, bytes after
the end, and what `history` finds.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from .forms import entry, open_reader
from .history import changes
from .judging import UNTRUSTED, Judge
from .problems import Problem
from .reports import SignatureReport, failed
from .structure import LEVELS

__all__ = ['Findings', 'SignatureReport', 'check_sealed', 'look', 'validate']

_END_OF_FILE = b'%%EOF'


@dataclass(frozen=True)
class Findings:
    """All that is found in a PDF: its signatures, oldest first, and what is wrong with the file.

    `problems` are those of the file as a whole; each signature has its own.
    """

    signatures: tuple[SignatureReport, ...]
    problems: tuple[Problem, ...]
    pages: int = 0


def look(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
    foreign_fields: Sequence[str] = (),
) -> Findings:
    """Judge every signature and the file as a whole.

    `roots` are the DER certificates to trust; with none, nothing is trusted. `stamp_roots` are
    further ones for time stamps alone. `moment` is the time to judge at, now if None. What was
    done to the file before the first signature that isn't in `foreign_fields` is no problem.
    Nothing is raised: a file that can't be read gives one report for the field ''.
    """
    try:
        reader = open_reader(pdf)
        signatures = list(reader.embedded_signatures)
        judge = Judge(reader, pdf, roots, stamp_roots, moment)
        pages = int(entry(reader.root['/Pages'], '/Count', 0))
    except Exception as error:
        problem = Problem('unreadable', f'the file cannot be read: {error}')
        return Findings((failed('', problem),), _trailing(pdf))
    reports = tuple(judge.report(signature) for signature in signatures)
    own = [one for one in signatures if one.field_name not in foreign_fields]
    problems = [*_trailing(pdf), *_uncovered(reader, signatures, judge)]
    try:
        problems += changes(reader, [one.signed_revision for one in own])
    except Exception as error:
        text = f'its history cannot be read: {type(error).__name__}: {error}'
        problems.append(Problem('unreadable', text))
    return Findings(reports, tuple(problems), pages)


def validate(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
) -> list[SignatureReport]:
    """Return what `look` says of every signature and time stamp, in the order they were made."""
    return list(look(pdf, roots=roots, stamp_roots=stamp_roots, moment=moment).signatures)


def check_sealed(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    expected_fields: Sequence[str],
    foreign_fields: Sequence[str] = (),
    sha256: str | None = None,
    level: str = 'B-B',
    stamp_roots: Sequence[bytes] = (),
    moment: datetime.datetime | None = None,
) -> list[Problem]:
    """Return what is wrong with a PDF that we sealed; an empty list means nothing.

    `expected_fields` names all signatures and document time stamps that must be there, in any
    order, and no others. `foreign_fields` are those the PDF came with: they must be there too and
    be intact, but need not be trusted. `sha256` is the hash that was recorded. All but the foreign
    must reach `level`. `stamp_roots` and `moment` are as in `look`.
    """
    problems = []
    if sha256 is not None and hashlib.sha256(pdf).hexdigest() != sha256:
        problems.append(Problem('not_recorded', 'the file is not the one recorded (SHA-256)'))
    found = look(
        pdf, roots=roots, stamp_roots=stamp_roots, moment=moment, foreign_fields=foreign_fields
    )
    wanted = {*expected_fields, *foreign_fields}
    # In a file that came signed, the fields for our signers are added after that signature.
    problems += [p for p in found.problems if p.code != 'field_added' or p.field not in wanted]
    problems += _attendance(found.signatures, wanted)
    for report in found.signatures:
        foreign = report.field in foreign_fields
        excused = (UNTRUSTED, 'stamp_untrusted') if foreign else ()
        problems += [p.within(report.field) for p in report.problems if p.code not in excused]
        if not foreign and not report.is_stamp and not _reaches(report.level, level):
            why = '; '.join(report.level_problems)
            text = f'is {report.level or "no PAdES"}, not {level} ({why})'
            problems.append(Problem('level', text).within(report.field))
    if not found.signatures or not found.signatures[-1].covers_whole_file:
        text = 'the last signature does not cover the whole file'
        problems.append(Problem('not_covered', text))
    return problems


def _attendance(reports, wanted):
    """Tell of signatures that are missing, and of those that should not be there."""
    found = [report.field for report in reports]
    for name in sorted(wanted - set(found)):
        yield Problem('missing', f'the signature {name!r} is missing', name)
    for name in sorted(set(found) - wanted):
        yield Problem('unexpected', f'there is an unexpected signature {name!r}', name)
    if len(set(found)) != len(found):
        yield Problem('twice', 'a signature field occurs twice')


def _reaches(level, wanted):
    return level is not None and LEVELS.index(level) >= LEVELS.index(wanted)


def _trailing(pdf):
    if pdf.rpartition(_END_OF_FILE)[2].strip(b'\r\n') or _END_OF_FILE not in pdf:
        return (Problem('trailing', 'there are bytes after the end of the file (%%EOF)'),)
    return ()


def _uncovered(reader, signatures, judge):
    """Tell of revisions that no signature covers."""
    if not signatures:
        yield Problem('unsigned', 'the file is not signed')
    elif signatures[-1].signed_revision < reader.total_revisions - 1:
        # A store of revocation data is added after a signature as a matter of course (B-LT).
        if '/DSS' not in reader.root or judge.is_stamped or not judge.is_upkeep(signatures[-1]):
            text = 'something was added to the file after the last signature'
            yield Problem('unsigned_revision', text)

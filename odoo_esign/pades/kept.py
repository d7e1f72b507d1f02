"""A look into files that were kept: what the daily check does, without a database."""

import hashlib
from collections.abc import Iterable, Mapping

from .bound import Bound, read_bound
from .validate import check_sealed
from .words import Sentence


def judge_kept(
    documents: Iterable[Mapping], trust: Mapping
) -> tuple[list[str], list[str], list[tuple[str, Bound]]]:
    """Return the names of files that are other ones, what is wrong with signatures, and what the
    signatures in the files say about the log, as (document's name, Bound).

    Each document has its `name`, `pdf`, the hash that its row keeps (`sha256`) and the one that the
    log names (`logged`), whether it is `signed`, and then `fields` and `level` as `check_sealed`
    wants them, as is `trust`. Where row and log differ, the caller has found it already.
    """
    files, seals, bound = [], [], []
    for document in documents:
        pdf, name = document['pdf'] or b'', document['name']
        if document['sha256'] != document['logged']:
            continue
        if hashlib.sha256(pdf).hexdigest() != document['sha256']:
            files.append(name)
        elif document['signed']:
            expected, level = document['fields'], document['level']
            problems = check_sealed(pdf, expected_fields=expected, level=level, **trust)
            seals += [Sentence('%(name)s, %(problem)s', name=name, problem=p) for p in problems]
            if not problems:
                bound += [(name, one) for one in read_bound(pdf)]
    return sorted(set(files)), seals, bound

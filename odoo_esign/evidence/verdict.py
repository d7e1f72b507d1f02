"""What a person is told about a PDF: three or four answers, each green, amber or red.

The rules alone, without words: every answer is a colour and a code, the page says it in the
visitor's language. Green needs proof; where a rule knows nothing better, the answer is red.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

GREEN, AMBER, RED = 'green', 'amber', 'red'
_ORDER = (GREEN, AMBER, RED)

COMPANY_FIELDS = frozenset({'company', 'company_close'})
"""Signature fields that hold the company's own signatures, not a participant's."""

ABOUT_SIGNERS = frozenset(
    (
        'expired',
        'level',
        'long_term',
        'no_stamp',
        'no_stamp_after',
        'revoked',
        'stamp',
        'stamp_untrusted',
        'structure',
        'untrusted',
        'usage',
        'weak',
    )
)
"""Codes of problems that are about who signed and how, not about the file's content."""

FINAL = frozenset({'final', 'renewed'})
EARLIER = frozenset({'as_sent', 'interim'})
CLOSED_STATES = frozenset({'cancelled', 'declined', 'expired'})
TELLING = EARLIER | CLOSED_STATES | {'foreign', 'open', 'unsigned'}
"""Codes about the file that say more than that one has to look closer."""


@dataclass(frozen=True)
class Answer:
    """The answer to one question."""

    colour: str
    code: str


@dataclass(frozen=True)
class Kept:
    """What is kept about the document that a PDF was made from.

    `state` is the envelope's. `current` is the SHA-256 of the file kept as final, `finals` those
    that the log names as final, `earlier` those it names before that, `as_sent` the certified one.
    `certificates` has the serial number of the certificate in each signature field that the final
    file has. `roots` are the fingerprints of the roots that the company's signatures lead to.
    `level` is the PAdES level that the log says the final file has, '' if it says none.
    `log_intact` tells whether the log is whole and fits what the file carries of it.
    `is_certificate` tells that it is a certificate of completion, which the company alone signs.
    """

    state: str
    as_sent: str
    current: str | None = None
    finals: Collection[str] = frozenset()
    earlier: Collection[str] = frozenset()
    certificates: dict[str, str] = field(default_factory=dict)
    roots: Collection[str] = frozenset()
    level: str = ''
    log_intact: bool = True
    is_certificate: bool = False


def relation(sha256: str, signatures: Iterable, kept: Kept) -> str:
    """Return what a file is to the document kept.

    final: the file that everybody got. renewed: final as well, until its time stamp was renewed.
    as_sent: certified, signed by nobody. interim: as it was on its way. rolled_back: signatures
    are missing. added: the final file with something behind it. unlogged: kept as final, but the
    log doesn't say so. changed: anything else.
    """
    signatures = list(signatures)
    if kept.state == 'completed':
        if sha256 == kept.current:
            return 'final' if sha256 in kept.finals else 'unlogged'
        if sha256 in kept.finals:
            return 'renewed'
    if sha256 == kept.as_sent:
        return 'as_sent'
    present = {one.field for one in signatures}
    if kept.state == 'completed' and kept.certificates.keys() - present:
        return 'rolled_back'
    if sha256 in kept.earlier:
        return 'interim'
    revisions = {one.revision_sha256 for one in signatures}
    if revisions & {*kept.finals} and kept.state == 'completed':
        return 'added'
    return 'changed'


def about_file(
    problems: Iterable,
    signatures: Collection,
    kept: Kept | None,
    is_: str | None,
    own: Collection[str] | None = None,
):
    """Answer: is the file what was signed? `is_` is its relation to what is kept.

    `own` has the fingerprints of roots, and of signers' certificates, that are the companies'
    own: a bought certificate's root has issued others to everybody. None: all known roots are.
    """
    problems = [*problems, *(p for one in signatures for p in one.problems)]
    content = [p for p in problems if p.code not in ABOUT_SIGNERS and p.code != 'unsigned']
    if kept is None:  # elsewhere, each signer's field is added when that person signs
        fields = {one.field for one in signatures}
        content = [p for p in content if p.code != 'field_added' or p.field not in fields]
    if not signatures:
        return Answer(AMBER, 'unsigned')
    if kept is None:
        if worst_codes := {p.code for p in content if p.colour == RED}:
            return Answer(RED, 'unreadable' if worst_codes == {'unreadable'} else 'changed')
        if content:
            return Answer(AMBER, 'doubtful')
        persons = [one for one in signatures if not one.is_stamp]
        ours = persons and all(_is_ours(one, own) for one in persons)
        return Answer(AMBER, 'unknown' if ours else 'foreign')
    if is_ in FINAL:
        whole = 'certificate' if kept.is_certificate else is_
        return Answer(RED, 'damaged') if content else Answer(GREEN, whole)
    if is_ not in EARLIER:
        return Answer(RED, is_)
    if kept.state == 'completed':
        return Answer(AMBER, is_)
    return Answer(AMBER, kept.state if kept.state in CLOSED_STATES else 'open')


def about_signers(signatures: Iterable, kept: Kept | None, is_: str | None):
    """Answer: who signed, and is it certain?"""
    signatures = [one for one in signatures if not one.is_stamp]
    if not signatures:
        return Answer(RED if kept else AMBER, 'nobody')
    problems = [p for one in signatures for p in one.problems]
    if any(p.colour == RED for p in problems):
        return Answer(RED, 'broken')
    if kept is None:
        known = all(one.root_sha256 for one in signatures)
        return Answer(AMBER, 'unknown' if known else 'foreign')
    if any(one.root_sha256 not in kept.roots for one in signatures):
        return Answer(RED, 'untrusted')
    if any(kept.certificates.get(one.field) != one.serial for one in signatures):
        return Answer(RED, 'unrecorded')
    by_company = not [one for one in signatures if one.field not in COMPANY_FIELDS]
    if by_company and not kept.is_certificate:
        return Answer(AMBER, 'nobody_yet')
    aged = is_ in FINAL and kept.level and any(one.level != kept.level for one in signatures)
    if problems or aged:
        return Answer(AMBER, 'doubtful')
    return Answer(GREEN, 'company' if by_company else 'certain')


def about_log(
    signatures: Iterable, kept: Kept | None, is_: str | None, own: Collection[str] | None = None
):
    """Answer: does the log agree with the file? `own` is as in `about_file`."""
    if kept is None:
        ours = any(_is_ours(one, own) and not one.is_stamp for one in signatures)
        return Answer(RED, 'no_record') if ours else Answer(AMBER, 'none')
    if not kept.log_intact:
        return Answer(RED, 'broken')
    if is_ in FINAL:
        return Answer(GREEN, 'certificate' if kept.is_certificate else 'agrees')
    if is_ not in EARLIER:
        return Answer(RED, 'another')
    return Answer(AMBER, 'earlier' if kept.state == 'completed' else 'open')


def _is_ours(one, own):
    if not one.root_sha256:
        return False
    return own is None or one.root_sha256 in own or one.cert_sha256 in own


def about_record(state: str) -> Answer | None:
    """Answer: does the record still say what was signed? None where there is no record."""
    colours = {'same': GREEN, 'cancelled': AMBER, 'changed': RED, 'deleted': RED}
    return Answer(colours[state], state) if state in colours else None


def headline(answers: Mapping[str, Answer]) -> str:
    """Return the code of what the answers come to: the file's where it says most, else a colour."""
    colour, file = worst(answers.values()), answers.get('file')
    return file.code if file and colour == AMBER and file.code in TELLING else colour


def worst(answers: Iterable[Answer]) -> str:
    """Return the worst colour among the answers."""
    return max((answer.colour for answer in answers), key=_ORDER.index, default=RED)

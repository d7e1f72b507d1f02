"""What can be wrong with a signed PDF: a sentence for people that carries a code for programs."""

GREEN, AMBER, RED = 'green', 'amber', 'red'

DOUBTFUL = frozenset(
    (
        'expired',
        'field_added',
        'level',
        'long_term',
        'metadata_changed',
        'no_stamp',
        'no_stamp_after',
        'refilled',
        'stamp_untrusted',
        'structure',
        'trailing',
        'unsigned',
        'unsigned_revision',
        'untrusted',
        'usage',
        'weak',
    )
)
"""Codes of what leaves the signed content as it was, but is not as it should be."""


class Problem(str):
    """An English sentence with a stable `code`; `field` names the field that it is about, if any.

    The codes: see docs/integrators.md. Translate by code; print it, join it, compare it as text.
    """

    __slots__ = ('code', 'field')

    def __new__(cls, code: str, text: str, field: str | None = None):
        problem = super().__new__(cls, text)
        problem.code = code
        problem.field = field
        return problem

    def __getnewargs__(self):
        return self.code, str(self), self.field

    @property
    def colour(self) -> str:
        """'red' where the content may not be what was signed, 'amber' for the rest."""
        return AMBER if self.code in DOUBTFUL else RED

    def within(self, field: str) -> 'Problem':
        """Return the same problem, its sentence led in by the signature it is about."""
        return Problem(self.code, f'{field}: {self}', field)


def worst(problems) -> str:
    """Return the colour that the problems add up to: 'green' if there are none."""
    colours = {problem.colour for problem in problems}
    return next((colour for colour in (RED, AMBER) if colour in colours), GREEN)

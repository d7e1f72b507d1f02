"""The table of manipulations: each one is a function from a Scene to the bytes of another PDF."""

from dataclasses import dataclass

RED, AMBER, GREEN = 'red', 'amber', 'green'
TRICKS = {}


@dataclass(frozen=True)
class Trick:
    """A manipulation and what has to be said of it.

    `alone` is the colour of the file by itself, told by its bytes and the company's root alone;
    `file` the answer on the verify page, which knows the log, to whether the file is what was
    signed. `insider`: whether the daily check finds it even where rows and log were rewritten, so
    that they name this very file as the final one. `variant`: it goes the way of another one of
    the table, so that it is tried in `make test-slow` alone.
    """

    make: object
    alone: str
    file: str
    insider: bool
    variant: bool


def trick(alone=RED, *, file=RED, insider=True, variant=False):
    """Enter a function into the table; its name, with spaces, is the manipulation's."""

    def enter(make):
        name = make.__name__.replace('_', ' ')
        assert name not in TRICKS, name
        TRICKS[name] = Trick(make, alone, file, insider, variant)
        return make

    return enter

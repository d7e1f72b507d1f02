"""What the set-up tells the person at the terminal."""

import signal
import sys
import time
from contextlib import contextmanager


class Stop(Exception):
    """Ends a command with one sentence and what to do about it, without a traceback."""


def line(text=""):
    print(text, flush=True)


@contextmanager
def step(text, how_long=""):
    """Announce a step, and say how long it took when it was worth waiting for."""
    hint = f" ({how_long})" if how_long else ""
    line(f"-- {text}{hint}")
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    if took >= 3:
        line(f"   done in {took:.0f} s")


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def main(function, *args):
    """Run a command's function; turn Stop and Ctrl-C into an exit code.

    Being told to end, or losing the terminal, is treated like Ctrl-C: what was started is stopped.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        sys.exit(function(*args) or 0)
    except Stop as stop:
        sys.stdout.flush()
        print(f"\nStopped: {stop}", file=sys.stderr, flush=True)
        sys.exit(2)
    except KeyboardInterrupt:
        print("\nStopped by hand.", file=sys.stderr, flush=True)
        sys.exit(130)

"""Locks between commands that run at the same time in one clone."""

import fcntl
from contextlib import contextmanager

from . import paths, say

FOLDER = paths.DEV / "locks"


def _open(name):
    FOLDER.mkdir(parents=True, exist_ok=True)
    return (FOLDER / name).open("a")


@contextmanager
def exclusive(name, waiting=""):
    with _open(name) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say.line(f"-- waiting: {waiting}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(name):
    """Hold a share of the lock; yields a function that tells whether no one else holds one."""
    with _open(name) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)

        def alone():
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                return False

        yield alone

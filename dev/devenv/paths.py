"""Where things are. Nothing is written outside the repository."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
DEV = REPO / ".dev"  # git-ignored; `make clean` removes it
VENV = DEV / "venv"
VENV_PYTHON = VENV / "bin" / "python"
BIN = DEV / "bin"  # first on PATH of all that is started from here
CACHE = DEV / "cache"
HOME = DEV / "home"  # browsers and Odoo write into $HOME
LOGS = DEV / "log"
STAMPS = DEV / "stamps"  # what has been done already, with what inputs
DATA_DIR = DEV / "data"  # Odoo's own: filestore, sessions
MODULE = REPO / "odoo_esign"


def child_environment(**more):
    """The environment for everything that is started: caches and HOME inside DEV."""
    for folder in (CACHE, HOME, LOGS, STAMPS, DATA_DIR, BIN):
        folder.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ)
    env.update(
        HOME=str(HOME),
        XDG_CACHE_HOME=str(CACHE),
        XDG_CONFIG_HOME=str(HOME / "config"),
        XDG_DATA_HOME=str(HOME / "share"),
        PIP_CACHE_DIR=str(CACHE / "pip"),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        RUFF_CACHE_DIR=str(CACHE / "ruff"),
        PYLINTHOME=str(CACHE / "pylint"),
        PYTHONPYCACHEPREFIX=str(CACHE / "bytecode"),  # not beside the sources
        PYTHONUNBUFFERED="1",
        LC_ALL="C.UTF-8",
        TZ="UTC",
        PATH=os.pathsep.join(
            [str(BIN), str(VENV / "bin"), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
        ),
    )
    env.update({name: str(value) for name, value in more.items()})
    return env


@contextmanager
def temporary_folder():
    """A folder for the temporary files of everything that is started, removed at the end.

    It lies in the system's folder and not in DEV: Odoo finds the header of a report by the
    dots in the path of a temporary file, and a dot in a folder's name (".dev") loses all
    headers; Chromium keeps a socket there, and socket paths end at 107 bytes.
    """
    with tempfile.TemporaryDirectory(prefix="esign-", ignore_cleanup_errors=True) as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        yield
        tempfile.tempdir = None

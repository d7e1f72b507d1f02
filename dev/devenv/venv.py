"""The virtual environment with the locked Python packages."""

import hashlib
import shutil
import subprocess
import sys

from . import paths, shell
from .say import Stop, step

LOCK = paths.REPO / "dev" / "requirements.lock"
STAMP = paths.VENV / "locked"
SUPPORTED = ((3, 10), (3, 13))


def ensure():
    here = sys.version_info[:2]
    if not SUPPORTED[0] <= here <= SUPPORTED[1]:
        raise Stop(
            f"Python {here[0]}.{here[1]} is not supported: give one from 3.10 to 3.13, "
            "for example make … PYTHON=python3.11"
        )
    key = f"{here[0]}.{here[1]} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"
    if _python() == here and STAMP.exists() and STAMP.read_text() == key:
        return
    with step(f"Installing Python packages for {here[0]}.{here[1]}", "1 to 3 minutes, once"):
        if _python() != here:
            shutil.rmtree(paths.VENV, ignore_errors=True)
            shell.run(
                [sys.executable, "-m", "venv", paths.VENV],
                "venv",
                "the virtual environment can't be made.",
            )
        shell.run(
            [paths.VENV_PYTHON, "-m", "pip", "install", "--requirement", LOCK],
            "venv",
            "Python packages can't be downloaded or installed: check the network and try again.",
        )
        STAMP.write_text(key)


def _python():
    """The version of the environment's Python, None when there is no working one."""
    try:
        out = subprocess.run(
            [paths.VENV_PYTHON, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
        )
    except OSError:
        return None
    return tuple(map(int, out.stdout.split())) if out.returncode == 0 else None

"""Programs that come from the machine's packages: installed under root, else named."""

import ctypes.util
import os
import pathlib
import shutil
import subprocess
import sys

from . import axe, paths, postgres, shell
from .say import Stop, step

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def _venv_works():
    return (
        subprocess.run(
            [sys.executable, "-c", "import ensurepip, venv"], capture_output=True
        ).returncode
        == 0
    )


def _has_font():
    found = (
        subprocess.run(["fc-list", ":lang=en"], capture_output=True).stdout
        if shutil.which("fc-list")
        else b""
    )
    return b"DejaVu" in found


def _has_token():
    """A token in software, for the tests of keys that lie in hardware (PKCS #11)."""
    return any(pathlib.Path("/usr").glob("lib/**/softhsm/libsofthsm2.so"))


def _has_libraries(*names):
    return all(ctypes.util.find_library(name) for name in names)


# What must be there, what tells that it is, and the Debian packages that bring it.
NEEDS = (
    ("the venv module of Python", _venv_works, ("python3-venv",)),
    (
        "a PostgreSQL server",
        lambda: postgres.is_external() or postgres.binaries(),
        ("postgresql",),
    ),
    ("a Chromium browser", lambda: any(map(shutil.which, BROWSERS)), ("chromium",)),
    ("pdftoppm", lambda: shutil.which("pdftoppm"), ("poppler-utils",)),
    ("mutool", lambda: shutil.which("mutool"), ("mupdf-tools",)),
    ("qpdf", lambda: shutil.which("qpdf"), ("qpdf",)),
    ("openssl", lambda: shutil.which("openssl"), ("openssl",)),
    ("fontconfig", lambda: shutil.which("fc-list"), ("fontconfig",)),
    ("a text font", _has_font, ("fonts-dejavu-core",)),
    (
        "SoftHSM 2",
        lambda: shutil.which("softhsm2-util") and _has_token(),
        ("softhsm2",),
    ),
    # only to fetch axe-core, see axe.py
    ("npm", lambda: axe.SCRIPT.exists() or shutil.which("npm"), ("npm",)),
    ("libmagic", lambda: _has_libraries("magic"), ("libmagic1",)),
    (
        "the X libraries of wkhtmltopdf",
        lambda: _has_libraries("Xrender", "Xext", "X11"),
        ("libxrender1", "libxext6", "libx11-6"),
    ),
)


def install_missing():
    missing = [(what, packages) for what, is_there, packages in NEEDS if not is_there()]
    if not missing:
        return
    names = ", ".join(what for what, _packages in missing)
    packages = [package for _what, group in missing for package in group]
    line = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Stop(
            f"missing on this machine: {names}. Install them with your system's package manager."
        )
    if os.geteuid() != 0:
        raise Stop(
            f"missing on this machine: {names}. Run this as root, then start again:\n    {line}"
        )
    with step(f"Installing Debian packages: {' '.join(packages)}", "1 to 3 minutes, once"):
        env = paths.child_environment(
            DEBIAN_FRONTEND="noninteractive",
            RUNLEVEL="1",  # a PostgreSQL server of the machine's own isn't started by this
        )
        failure = f"Debian packages can't be installed; try by hand: {line}"
        shell.run(["apt-get", "update"], "apt-install", failure, env=env)
        shell.run(
            ["apt-get", "install", "-y", "--no-install-recommends", *packages],
            "apt-install",
            failure,
            env=env,
        )
    still = [what for what, is_there, _packages in NEEDS if not is_there()]
    if still:
        raise Stop(f"still missing after the installation: {', '.join(still)}.")

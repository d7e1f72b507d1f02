"""A wkhtmltopdf with patched Qt: the others lose headers, footers and the text of reports."""

import os
import shutil
import subprocess

from . import paths
from .say import Stop

LINK = paths.BIN / "wkhtmltopdf"
PACKED = paths.VENV / "bin" / "wkhtmltopdf-pack"


def _is_patched(program):
    try:
        out = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "with patched qt" in out.stdout


def ensure():
    paths.BIN.mkdir(parents=True, exist_ok=True)
    if LINK.exists() and _is_patched(LINK):
        return
    LINK.unlink(missing_ok=True)
    others = [
        part for part in os.environ.get("PATH", "").split(os.pathsep) if part != str(paths.BIN)
    ]
    for program in (shutil.which("wkhtmltopdf", path=os.pathsep.join(others)), PACKED):
        if program and _is_patched(program):
            LINK.symlink_to(program)
            return
    raise Stop(
        "no wkhtmltopdf with patched Qt runs here: put one on PATH (its --version says "
        "'with patched qt'), or install libxrender1, libxext6 and "
        "libfontconfig1 for the packaged one."
    )

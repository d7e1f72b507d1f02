"""The Odoo 19 that is used: the one ODOO_PATH names, or Debian's package unpacked in .dev."""

import os
import re
from pathlib import Path

from . import paths
from .say import Stop

UNPACKED = paths.DEV / "odoo"
PACKAGES = UNPACKED / "usr" / "lib" / "python3" / "dist-packages"
SERIES = "19.0"


def folder():
    """The folder that holds the `odoo` package."""
    given = os.environ.get("ODOO_PATH")
    if not given:
        return PACKAGES
    for candidate in (Path(given), Path(given).parent):
        if (candidate / "odoo" / "release.py").is_file():
            return candidate.resolve()
    raise Stop(
        f"ODOO_PATH={given} holds no Odoo: name the folder that has the package 'odoo' in it "
        "(an Odoo source checkout, or the dist-packages folder of an installed Odoo)."
    )


def version():
    """The version as Odoo states it; Stop when it isn't the series this module is made for."""
    text = (folder() / "odoo" / "release.py").read_text()
    match = re.search(r"^version_info\s*=\s*\(\s*'?(?:saas~)?(\d+)'?\s*,\s*(\d+)", text, re.M)
    found = f"{match.group(1)}.{match.group(2)}" if match else "unknown"
    if found != SERIES:
        raise Stop(f"the Odoo in {folder()} is version {found}; this module needs Odoo {SERIES}.")
    return found


def python_path():
    """How Python finds Odoo.

    An installed Odoo's folder holds other Python packages too (dist-packages), which must
    not come before those of the virtual environment: so Odoo is named in a .pth file of
    the environment, whose entries come last, and not in PYTHONPATH.
    """
    sites = list((paths.VENV / "lib").glob("python3*/site-packages"))
    for site in sites:
        pth = site / "odoo_19.pth"
        line = f"{folder()}\n"
        if not pth.exists() or pth.read_text() != line:
            pth.write_text(line)
    return {"PYTHONPATH": ""}

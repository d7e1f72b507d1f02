"""Small fonts of other scripts for tests/test_scripts.py, from Debian; the machine gets none."""

import shutil

from . import odoo_download, paths
from .say import step

FOLDER = paths.DEV / "fonts"
# Chinese, Japanese and Korean; Devanagari; Thai
PACKAGES = ("fonts-droid-fallback", "fonts-lohit-deva", "fonts-tlwg-loma-ttf")


def ensure():
    """Fetch them; on other systems than Debian the tests that need them are skipped."""
    if FOLDER.exists() or not odoo_download.is_debian():
        return
    with step("Fetching fonts of other scripts for the tests", "2 MB, some seconds, once"):
        failure = "Fonts can't be downloaded from Debian: check the network and try again."
        odoo_download.download("bookworm", PACKAGES, failure)
        fresh = paths.DEV / "fonts.unpacking"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for package in PACKAGES:
            odoo_download.unpack(package, fresh)
        fresh.rename(FOLDER)

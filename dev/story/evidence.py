"""What proves an envelope without Odoo: taken as users take it, and checked by its own program."""

import io
import subprocess
import sys
import time
import zipfile

from .office import Refused

PACKAGE, CERTIFICATE, ROOT = "evidence.zip", "certificate.pdf", "ca-root.pem"
UNPACKED = "evidence"


def take(user, envelope, folder):
    """Download certificate and package, unpack it, run its verifier; yield what it says."""
    (folder / CERTIFICATE).write_bytes(_download(user, envelope, "action_open_certificate"))
    content = _download(user, envelope, "action_open_package")
    (folder / PACKAGE).write_bytes(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        package.extractall(folder / UNPACKED)
    (folder / ROOT).write_bytes((folder / UNPACKED / "root.pem").read_bytes())
    yield f"{PACKAGE}, {CERTIFICATE} and {ROOT} are kept beside the signed PDF."
    yield f"python3 verify.py, in {folder.name}/{UNPACKED}: “{_verified(folder / UNPACKED)}”"


def _download(user, envelope, button, seconds=180):
    """Press the button until the file is made; that is done in the background."""
    limit = time.monotonic() + seconds
    while True:
        try:
            action = user.call("esign.envelope", button, [envelope])
        except Refused:
            if time.monotonic() > limit:
                raise
            time.sleep(1)
            continue
        return user.download(action["url"])


def _verified(folder):
    """Return the verifier's last words; raise unless everything is in order."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(done.stdout + done.stderr)
    return done.stdout.strip().splitlines()[-1]

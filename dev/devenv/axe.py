"""axe-core, which looks for barriers in pages: from npm in a fixed version, never shipped."""

import hashlib
import shutil
import tarfile

from . import paths, shell
from .say import Stop, step

VERSION = "4.10.3"
SHA256 = "0f2b4d7dcdf7d1219df8d1959ad68e565f51d14c3f0d88bb71cd59abeb956292"
FOLDER = paths.DEV / "axe"
SCRIPT = FOLDER / f"axe-{VERSION}.min.js"


def ensure():
    if SCRIPT.exists():
        return
    with step(f"Fetching axe-core {VERSION}", "some seconds, once"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        shell.run(
            ["npm", "pack", f"axe-core@{VERSION}", "--pack-destination", FOLDER],
            "axe",
            "axe-core can't be fetched from npm: check the network and try again.",
            env=paths.child_environment(),
        )
        package = FOLDER / f"axe-core-{VERSION}.tgz"
        if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
            package.unlink()
            raise Stop("what npm gave for axe-core is not the version that was checked.")
        with tarfile.open(package) as files, SCRIPT.with_suffix(".part").open("wb") as target:
            shutil.copyfileobj(files.extractfile("package/axe.min.js"), target)
        SCRIPT.with_suffix(".part").rename(SCRIPT)

"""Odoo 19 from Debian's package, unpacked into .dev without installing anything.

The package's web add-on holds symbolic links into other packages (jQuery, fonts), so those
are unpacked into the same tree. The machine's own apt configuration stays untouched: a
private sources file uses the mirror that the machine uses already.
"""

import os
import shutil
import subprocess
from pathlib import Path

from . import odoo_source, paths, shell
from .say import Stop, step

APT = paths.DEV / "apt"
DEBS = paths.DEV / "deb"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGES = {
    "unstable": (
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-inconsolata",
        "fonts-ocr-b",
    ),
    # Odoo's pages use the file names of Font Awesome 4.7; newer suites carry later ones.
    "bookworm": ("fonts-font-awesome",),
}
# Present under this name in older releases of fonts-inconsolata only.
INCONSOLATA = Path("usr/share/fonts/truetype/inconsolata/Inconsolata.otf")
# Debian leaves this library out, but Odoo's list of scripts names it: every page of the back
# end would report an error. Only the blurred background of video calls uses it.
LEFT_OUT = Path("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")
OWN_ODOO = "give an Odoo 19 of your own: make … ODOO_PATH=/folder/that/holds/odoo"


def ensure():
    if os.environ.get("ODOO_PATH"):
        odoo_source.version()
        return
    if (odoo_source.PACKAGES / "odoo" / "release.py").exists():
        return
    _require_debian()
    with step("Downloading Odoo 19 from Debian", "130 MB, 1 to 3 minutes, once"):
        for suite, packages in PACKAGES.items():
            failure = (
                f"Odoo's packages can't be downloaded from Debian's suite {suite}: "
                f"check the network and try again, or {OWN_ODOO}."
            )
            download(suite, packages, failure)
    with step("Unpacking Odoo 19", "about 20 s"):
        _unpack()
    odoo_source.version()


def is_debian():
    try:
        release = Path("/etc/os-release").read_text()
    except OSError:
        release = ""
    words = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    return words.get("ID", "").strip('"') == "debian" and bool(shutil.which("apt-get"))


def _require_debian():
    if not is_debian():
        raise Stop(f"Odoo 19 is downloaded on Debian only; here {OWN_ODOO}")


def _mirror():
    """The address of the archive that this machine's apt uses."""
    out = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(SUITE)", "Created-By: Packages"],
        capture_output=True,
        text=True,
    ).stdout
    for line in out.splitlines():
        address, _space, suite = line.partition(" ")
        # "-security", "-updates" and the like are other archives or parts of one
        if (
            "-" not in suite
            and "security" not in address
            and address.rstrip("/").endswith("debian")
        ):
            return address
    raise Stop(f"this machine's apt names no Debian archive; {OWN_ODOO}")


def _apt_options(suite):
    folder = APT / suite
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    sources = APT / f"{suite}.sources"
    lines = ["Types: deb", f"URIs: {_mirror()}", f"Suites: {suite}", "Components: main"]
    if KEYRING.exists():
        lines.append(f"Signed-By: {KEYRING}")
    sources.write_text("\n".join(lines) + "\n")
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Update::Error-Mode": "any",  # otherwise a failed download is a warning
        # apt's own account may be unable to enter the clone
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def download(suite, packages, failure):
    """Fetch packages of a Debian suite into DEBS; `failure` is said where that can't be done."""
    options = _apt_options(suite)
    shell.run(["apt-get", *options, "update"], "odoo-download", failure)
    DEBS.mkdir(parents=True, exist_ok=True)
    shell.run(["apt-get", *options, "download", *packages], "odoo-download", failure, cwd=DEBS)


def _unpack():
    fresh = paths.DEV / "odoo.unpacking"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for suite_packages in PACKAGES.values():
        for package in suite_packages:
            unpack(package, fresh)
    _link_inconsolata(fresh)
    _stand_in_for_left_out(fresh)
    dangling = dangling_links(fresh)
    if dangling:
        raise Stop(
            "the unpacked Odoo has links that lead nowhere, which its pages need "
            f"({', '.join(dangling[:3])}); {OWN_ODOO}"
        )
    shutil.rmtree(odoo_source.UNPACKED, ignore_errors=True)
    fresh.rename(odoo_source.UNPACKED)


def unpack(package, folder):
    """Put the files of a downloaded package into a folder."""
    newest = max(DEBS.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime)
    shell.run(["dpkg", "-x", newest, folder], "unpack", f"{newest.name} can't be unpacked.")


def _link_inconsolata(tree):
    target = tree / INCONSOLATA
    regular = tree / "usr/share/fonts/opentype/inconsolata/Inconsolata-Regular.otf"
    if not target.exists() and regular.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(os.path.relpath(regular, target.parent))


def _stand_in_for_left_out(tree):
    target = tree / "usr/lib/python3/dist-packages" / LEFT_OUT
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("// left out of Debian's package\n")


def dangling_links(tree):
    """Symbolic links of the web pages' files that lead nowhere: each makes an error page."""
    return [
        str(path.relative_to(tree))
        for path in tree.rglob("*")
        if path.is_symlink() and not path.exists() and "/static/" in str(path)
    ]

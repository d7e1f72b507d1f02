"""What the numbers were measured on."""

import importlib.metadata
import os
import platform
import subprocess
import time

PACKAGES = ("pyhanko", "pyhanko-certvalidator", "asn1crypto", "cryptography", "uharfbuzz")


def facts(repo) -> dict:
    """Facts that make two runs comparable."""
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": _commit(repo),
        "python": platform.python_version(),
        "system": platform.system() + " " + platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
    }


def line(found) -> str:
    """The facts in one line for people."""
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items())
    return (
        f"{found['processor']}, {found['cores']} cores, load {found['load'][0]}; "
        f"Python {found['python']}, {packages}; commit {found['commit']}"
    )


def _commit(repo):
    def git(*words):
        return subprocess.run(
            ["git", *words], cwd=repo, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or "unknown"

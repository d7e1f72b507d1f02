"""Make requirements.lock from requirements.in for every Python that is supported.

    python3 dev/lock.py python3.10 python3.11 python3.12 python3.13

Give the oldest patch releases at hand: packages may ask for a minimum (Debian 12 has 3.11.2).
Resolves on each interpreter given (all four are needed) in a throw-away environment and
joins the results: a version that differs between them gets environment markers.
"""

import re
import shutil
import subprocess
import sys

from devenv import paths, say, shell

SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
LOCK = paths.REPO / "dev" / "requirements.lock"
HEADER = """\
# Made by dev/lock.py from requirements.in: exact versions for Python 3.10 to 3.13.
"""


def resolve(python):
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    folder = paths.DEV / "lock" / version
    shutil.rmtree(folder, ignore_errors=True)
    with say.step(f"Resolving on Python {version}", "one or two minutes"):
        failure = f"the packages can't be resolved on Python {version}."
        shell.run([python, "-m", "venv", folder], "lock", failure)
        pip = [folder / "bin" / "python", "-m", "pip"]
        shell.run([*pip, "install", "-r", "dev/requirements.in"], "lock", failure)
        frozen = subprocess.run(
            [*pip, "freeze"],
            capture_output=True,
            text=True,
            check=True,
            env=paths.child_environment(),
        ).stdout
    shutil.rmtree(folder)
    return version, dict(line.split("==") for line in frozen.split() if "==" in line)


def joined(resolved):
    """Lines of the lock file from {python version: {package: version}}."""
    lines = []
    for package in sorted({name for names in resolved.values() for name in names}, key=str.lower):
        pythons = {}
        for python in SUPPORTED:
            if package in resolved[python]:
                pythons.setdefault(resolved[python][package], []).append(python)
        for version, on in pythons.items():
            marker = "" if len(on) == len(SUPPORTED) else " ; " + _marker(on)
            lines.append(f"{package}=={version}{marker}")
    return lines


def _marker(pythons):
    if pythons == list(SUPPORTED[: len(pythons)]):
        return f'python_version <= "{pythons[-1]}"'
    if pythons == list(SUPPORTED[-len(pythons) :]):
        return f'python_version >= "{pythons[0]}"'
    return " or ".join(f'python_version == "{python}"' for python in pythons)


def main(pythons):
    resolved = dict(resolve(python) for python in pythons)
    missing = [version for version in SUPPORTED if version not in resolved]
    if missing:
        raise say.Stop(f"name an interpreter for Python {', '.join(missing)} too.")
    lines = joined(resolved)
    for line in lines:
        if not re.fullmatch(r"[\w.-]+==[\w.+!-]+( ; .+)?", line):
            raise say.Stop(f"not a plain version: {line}")
    LOCK.write_text(HEADER + "\n".join(lines) + "\n")
    say.line(f"{len(lines)} lines in {shell.shown(LOCK)}")


if __name__ == "__main__":
    say.main(main, sys.argv[1:])

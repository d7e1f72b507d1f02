"""ruff and pylint-odoo over the repository's Python folders."""

import subprocess

from . import odoo_source, paths

FOLDERS = ("odoo_esign", "tests", "tests_server", "dev", "bench")


def commands():
    """Name and command of each check that has something to look at."""
    folders = [folder for folder in FOLDERS if any((paths.REPO / folder).rglob("*.py"))]
    yield "ruff", [str(paths.VENV / "bin" / "ruff"), "check", *folders]
    if (paths.MODULE / "__manifest__.py").exists():
        pylint = [str(paths.VENV / "bin" / "pylint"), "--rcfile=.pylintrc", "odoo_esign"]
        yield "pylint-odoo", pylint


def run(name, command):
    """True when the check passes; its findings are printed otherwise."""
    result = subprocess.run(
        command,
        cwd=paths.REPO,
        env=paths.child_environment(**odoo_source.python_path()),
        capture_output=True,
        text=True,
    )
    if result.returncode:
        print(f"   {name} found:\n{result.stdout}{result.stderr}", flush=True)
    return result.returncode == 0

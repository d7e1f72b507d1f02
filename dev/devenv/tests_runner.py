"""`make test`: lint, pure tests, Odoo tests, tours, server tests, and one line of counts."""

import os
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import partial

from . import databases, lint, locks, odoo_server, paths, postgres, say, shell, test_lanes

PURE = paths.REPO / "tests"
SERVER = paths.REPO / "tests_server"
IN_ODOO = paths.MODULE / "tests"
TOURS = "test_*tour*.py"
NO_TESTS = 5  # pytest's exit code when it collected none


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def counted(report, exit_code):
    """Counts from pytest's JUnit report; a run that broke off counts as a failure."""
    counts = Counts()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            number = {
                name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
            }
            failed = number["failures"] + number["errors"]
            counts += Counts(
                max(number["tests"] - failed - number["skipped"], 0), failed, number["skipped"]
            )
    if exit_code not in (0, NO_TESTS) and not counts.failed:
        counts.failed = 1
    return counts


def run_pytest(label, words, env, log=None):
    """One pytest process; with `log` its output goes there and is printed at the end."""
    report = paths.DEV / "log" / f"{label}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [
        str(paths.VENV_PYTHON), "-m", "pytest", "-q", "--tb=short", "-rfEs", f"--junitxml={report}",
        *words,
    ]  # fmt: skip
    with log.open("w") if log else open(os.devnull) as out:
        result = subprocess.run(
            command,
            cwd=paths.REPO,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out if log else None,
            stderr=subprocess.STDOUT if log else None,
        )
    return counted(report, result.returncode), result.returncode


class Selection:
    """What `T=` selects: a part's word, paths, or a pytest -k expression."""

    def __init__(self, text):
        text = (text or "").strip()
        self.lint = text in ("", "lint")
        self.pure = self.odoo = self.server = None  # words for pytest, None: not run
        if text in ("", "pure", "slow"):
            self.pure = self._all_pure()
            if self.pure:
                self.pure += ["-m", "slow" if text == "slow" else "not slow"]
        if text in ("", "odoo", "tours", "slow"):
            self.odoo = self._all_in_odoo(text)
            if self.odoo:
                self.odoo += ["-m", "slow" if text == "slow" else "not slow"]
        if text in ("", "server", "slow") and any(SERVER.glob("test_*.py")):
            self.server = [shell.shown(SERVER)]
            if text != "slow":
                self.server += ["-m", "not slow"]
        if text and text not in ("lint", "pure", "odoo", "tours", "server", "slow"):
            self._narrow(text)

    def _narrow(self, text):
        paths_given = [word for word in text.split() if self._path(word).exists()]
        if not paths_given:
            self.pure = [*(self._all_pure() or []), "-k", text] if self._all_pure() else None
            everything = self._all_in_odoo("")
            self.odoo = [*everything, "-k", text] if everything else None
            return
        inside = [word for word in paths_given if paths.MODULE in self._path(word).parents]
        servers = [word for word in paths_given if SERVER in (p := self._path(word), *p.parents)]
        outside = [word for word in paths_given if word not in inside + servers]
        rest = [word for word in text.split() if word not in paths_given]
        self.pure = outside + rest if outside else None
        self.odoo = inside + rest if inside else None
        self.server = servers + rest if servers else None

    @staticmethod
    def _path(word):
        return (paths.REPO / word.split("::")[0]).resolve()

    @staticmethod
    def _all_pure():
        if not any(PURE.rglob("test_*.py")):
            return None
        return sorted(shell.shown(path) for path in PURE.rglob("test_*.py"))

    @staticmethod
    def _all_in_odoo(part):
        tours = {shell.shown(path) for path in IN_ODOO.glob(TOURS)}
        files = list(IN_ODOO.glob("test_*.py"))
        every = {shell.shown(path) for path in files}
        slow = {shell.shown(path) for path in files if "@slow\n" in path.read_text()}
        return sorted({"": every, "odoo": every - tours, "tours": tours, "slow": slow}[part])


def _lint_part():
    counts = Counts()
    for name, command in lint.commands():
        with say.step(f"Checking with {name}"):
            good = lint.run(name, command)
        counts += Counts(passed=int(good), failed=int(not good))
    return counts


def _pure_part(words):
    begin = time.monotonic()
    lanes = test_lanes.split(words)
    total = _side_by_side([partial(_pure_lane, number, lane) for number, lane in enumerate(lanes)])
    say.line(f"-- Pure tests: {total} in {time.monotonic() - begin:.0f} s")
    return total


def _pure_lane(number, words):
    name = f"tests-pure-{number}"
    log = paths.LOGS / f"{name}.log"
    counts, code = run_pytest(name, words, paths.child_environment(), log)
    if code not in (0, NO_TESTS):
        say.line(log.read_text(errors="replace"))
    return counts


def _side_by_side(calls):
    """Make the calls at the same time, one per core; return the sum of what they count."""
    parts = []
    threads = [
        threading.Thread(target=_kept(lambda call=call: parts.append(call()), parts))
        for call in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(parts, Counts())


def _odoo_part(words):
    """Odoo tests and tours, on two cores: in two processes with a database each."""
    begin = time.monotonic()
    lanes = test_lanes.split(words)
    names = ["test", "test-beside"][: len(lanes)]
    databases_of = [databases.fresh(name) for name in names]
    with say.step("Odoo tests and browser tours", "some minutes"):
        total = _side_by_side(
            [
                partial(_odoo_lane, database, name, lane, number)
                for number, (database, name, lane) in enumerate(
                    zip(databases_of, names, lanes, strict=True)
                )
            ]
        )
    say.line(f"-- Odoo tests: {total} in {time.monotonic() - begin:.0f} s")
    for database in databases_of:
        databases.drop(database)
    return total


def _odoo_lane(database, name, words, number):
    """Run one part; the first is seen at once, what others say comes at the end if it failed."""
    options = [
        "-o", "addopts=",
        "-p", "devenv.tests_plugin",
        f"--odoo-config={odoo_server.write_config()}",
        f"--odoo-database={database}",
        "--odoo-http",
        "--odoo-log-level=error",
    ]  # fmt: skip
    log = paths.LOGS / f"tests-odoo-{name}.log" if number else None
    counts, code = run_pytest(f"tests-odoo-{name}", [*options, *words], _with_dev(), log)
    if log and code not in (0, NO_TESTS):
        say.line(log.read_text(errors="replace"))
    return counts


def _with_dev():
    """The environment of pytest where tests, or a plugin of ours, import `devenv`."""
    return {**odoo_server.environment(), "PYTHONPATH": str(paths.REPO / "dev")}


def _server_part(words):
    """Races, kills and load: tests that start Odoo servers of their own."""
    begin = time.monotonic()
    lasts = "up to an hour" if words == [shell.shown(SERVER)] else "about 5 minutes"
    with postgres.in_use():
        databases.make_ready()
        with say.step("Tests against real servers", lasts):
            counts, _code = run_pytest("tests-server", words, _with_dev())
    say.line(f"-- Server tests: {counts} in {time.monotonic() - begin:.0f} s")
    return counts


def run(words):
    selection = Selection(" ".join(words))
    with locks.exclusive("tests", "another `make test` runs in this clone"):
        counts = _run_parts(selection)
    say.line()
    if counts == Counts():
        raise say.Stop("no test matches T; `make help` tells what T may be.")
    say.line(str(counts))
    return 1 if counts.failed else 0


def _run_parts(selection):
    parts = []

    def beside():
        if selection.lint:
            parts.append(_lint_part())
        if selection.pure:
            parts.append(_pure_part(selection.pure))

    # On two cores the checks and pure tests cost no time while the database is made.
    thread = threading.Thread(target=_kept(beside, parts))
    thread.start()
    try:
        if selection.odoo:
            parts.append(_in_odoo(selection, thread))
    finally:
        thread.join()
    if selection.server:
        parts.append(_server_part(selection.server))
    return sum(parts, Counts())


def _in_odoo(selection, thread):
    with postgres.in_use():
        try:
            databases.make_ready()
        except say.Stop as stop:
            say.line(f"   {stop}")
            return Counts(failed=1)
        thread.join()  # tours measure waits: they get both cores
        return _odoo_part(selection.odoo)


def _kept(function, parts):
    """A thread's surprise must count as a failure, not vanish."""

    def run_it():
        try:
            function()
        except BaseException as error:
            say.line(f"   {error!r}")
            parts.append(Counts(failed=1))

    return run_it

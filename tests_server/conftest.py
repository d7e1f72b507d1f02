"""A stock of sent envelopes, made once, and the servers on which the tests use it up.

Run them with `make test T=server`, or `.dev/venv/bin/python -m pytest tests_server -k races`.

Machine of the figures in these tests: two cores, PostgreSQL, clients and server on the same
machine. Odoo repeats a transaction that met another one after a random wait of up to 1, 2, 4, …
seconds, so that a single slow answer under a race says nothing about the code.
"""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "dev"), str(ROOT / "odoo_esign")]

from crowd import sign_in_a_crowd  # noqa: E402
from devenv import databases, odoo_server, paths, postgres  # noqa: E402
from envelopes import SENT_IN, send, send_quotation, wait_for_state  # noqa: E402
from running import MODES, Running, copy_mails  # noqa: E402

FOLDER = paths.DEV / "server-tests"
# what is made before the tests: name -> (how many envelopes, signers of each)
STOCK = {
    "pair": (20, 3),
    "torn": (6, 2),
    "withdrawn": (6, 2),
    "killed": (4, 3),
    "hasty": (3, 2),
    "watched": (1, 2),
}
QUOTATIONS = 4


class Stock(dict):
    """Sent envelopes by purpose; a test takes all of a purpose, each is used once per server.

    To prepare an envelope takes a second. Therefore each has one signer more than its test
    needs: those all sign in the crowd, before the tests (see test_load.py).
    """

    def uploads(self):
        return [e for name in STOCK for e in self[name]]

    def all(self):
        return [*self.uploads(), *self["quotation"]]


@pytest.fixture(scope="session", autouse=True)
def _surroundings():
    shutil.rmtree(FOLDER, ignore_errors=True)
    with postgres.in_use():
        os.environ.update(odoo_server.environment())
        yield


@pytest.fixture(scope="session")
def stock(_surroundings, report):
    """Make the stock in a database of its own, which the servers' databases are copies of."""
    database = databases.fresh("server-stock")
    running = Running(database, "threads", FOLDER / "stock")
    started = time.monotonic()
    running.start()
    try:
        seller = running.office.user("demo")
        made = Stock(
            (name, [send(seller, f"{name}{number:02}", signers) for number in range(count)])
            for name, (count, signers) in STOCK.items()
        )
        made["quotation"] = [
            send_quotation(seller, f"quotation{number:02}") for number in range(QUOTATIONS)
        ]
        wait_for_state(running, made.all(), "sent", SENT_IN)
    finally:
        running.stop()
    report(f"{len(made.all())} envelopes sent in {time.monotonic() - started:.0f} s")
    yield made
    databases.drop(database)


# Worker processes are what people run. The same over again in threads is for `make test-slow`.
IN_BOTH = [pytest.param(m, marks=pytest.mark.slow if m == "threads" else ()) for m in MODES]


@pytest.fixture(scope="session", params=IN_BOTH)
def running(request, stock):
    """A server over a fresh copy of the stock, in threads and with worker processes."""
    mode = request.param
    databases.copy(databases.name("server-stock"), databases.name(f"server-{mode}"))
    running = Running(databases.name(f"server-{mode}"), mode, FOLDER / mode)
    copy_mails(FOLDER / "stock" / "mails", running.mails)
    running.start()
    try:
        running.crowd = sign_in_a_crowd(running, stock.uploads())
        yield running
    finally:
        running.stop()
        databases.drop(running.database)


@pytest.fixture(scope="session")
def quiet(_surroundings):
    """A server in threads on which nothing happens but what the test does: no stock, no crowd."""
    running = Running(databases.fresh("server-quiet"), "threads", FOLDER / "quiet")
    running.start()
    try:
        yield running
    finally:
        running.stop()
        databases.drop(running.database)


@pytest.fixture(scope="session")
def report(pytestconfig):
    """Say something in the output that is no assertion: how long things took."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def say(text):
        with capture.global_and_fixture_disabled():
            print(f"\n   {text}", flush=True)

    return say

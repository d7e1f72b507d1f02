"""Services outside fail while envelopes are in work: everything waits, and nothing is lost.

One after the other the time stamp server and the responder that says whether its certificate is
revoked (OCSP) are stopped, delayed by a minute and made to answer nonsense, while twenty
envelopes need them. No clock of our own steps in.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import pytest
from devenv import databases, shell
from envelopes import (
    assert_completed,
    assert_log_whole,
    events,
    open_jobs,
    send,
    states,
    wait_for_state,
)
from running import Running, wait_until

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from outside import Outside, serving_application

COUNT = 20
TIMEOUT = 5  # seconds that the time stamp server is given
WORKED_OFF = 400  # seconds for two crons to run into every time-out
MODES = ("stopped", "slow", "garbage")
REASONS = {
    ("tsa", "stopped"): "can not be reached",
    ("tsa", "slow"): f"no answer within {TIMEOUT} seconds",
    ("tsa", "garbage"): "the answer is no time stamp",
    ("ocsp", "stopped"): "nobody says at the moment whether",
    ("ocsp", "slow"): "nobody says at the moment whether",
    ("ocsp", "garbage"): "nobody says at the moment whether",
}

pytestmark = pytest.mark.slow


class Services:
    """The outside authority behind two addresses: one for time stamps, one for revocation."""

    def __init__(self, folder):
        self.ports = {"tsa": shell.free_port(), "ocsp": shell.free_port()}
        self.outside = Outside(folder, self.ports["ocsp"])
        self.outside.delay = 60
        self.url = f"http://127.0.0.1:{self.ports['tsa']}/outside/tsa/asked"
        self.host = f"127.0.0.1:{self.ports['tsa']}"
        self._serving = {}
        for name in self.ports:
            self.start(name)

    def start(self, name):
        self._serving[name] = contextlib.ExitStack()
        self._serving[name].enter_context(serving_application(self.outside, self.ports[name]))

    def stop(self, name):
        self._serving.pop(name).close()

    def break_(self, name, mode):
        if mode == "stopped":
            self.stop(name)
        else:
            self.outside.mode = {name: mode}

    def mend(self, name):
        self.outside.mode = {}
        self.outside.release.set()
        self.outside.release.clear()
        if name not in self._serving:
            self.start(name)

    def close(self):
        self.outside.release.set()
        for name in list(self._serving):
            self.stop(name)


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    made = Services(tmp_path_factory.mktemp("outside") / "keys")
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(services, tmp_path_factory):
    """An Odoo whose company has its time stamps from outside."""
    running = Running(
        databases.fresh("server-faults"), "threads", tmp_path_factory.mktemp("faults")
    )
    running.start()
    try:
        root = x509.load_der_x509_certificate(services.outside.root)
        running.office.user("admin").call(
            "esign.stamp.server",
            "create",
            [
                {
                    "name": "Outside",
                    "url": services.url,
                    "timeout": TIMEOUT,
                    "state": "enabled",
                    "add_certificates": root.public_bytes(Encoding.PEM).decode(),
                }
            ],
        )
        yield running
    finally:
        running.stop()
        databases.drop(running.database)


@pytest.mark.parametrize("service", ["tsa", "ocsp"])
def test_service_fails_while_envelopes_are_in_work(server, services, service, report):
    seller = server.office.user("demo")
    names = [f"{service}{number:02}" for number in range(COUNT)]
    if service == "tsa":
        # already the company's own signature needs a time stamp
        services.break_(service, "stopped")
        envelopes = [send(seller, name) for name in names]
        assert_all_wait(server, envelopes, "prepare", 1, REASONS[service, "stopped"])
        assert set(states(server, envelopes).values()) == {"preparing"}
        services.mend(service)
        server.wake_jobs()
    else:
        envelopes = [send(seller, name) for name in names]
    wait_for_state(server, envelopes, "sent", WORKED_OFF, failed_before=True)

    kind = "apply" if service == "tsa" else "complete"
    for attempt, mode in enumerate(MODES, start=1):
        services.break_(service, mode)
        if attempt == 1:
            for envelope in envelopes:
                assert envelope.page(server).sign("Grace Hopper")["ok"]
        else:
            server.wake_jobs()
        if mode == "slow":
            assert_no_transaction_waits(server, services)
        started = time.monotonic()
        assert_all_wait(server, envelopes, kind, attempt, REASONS[service, mode])
        report(f"{service} {mode}: all wait, after {time.monotonic() - started:.0f} s")
        assert set(states(server, envelopes).values()) == {"signed"}
        for envelope in envelopes:
            assert_log_whole(server, envelope)
        services.mend(service)

    server.wake_jobs()
    wait_for_state(server, envelopes, "completed", WORKED_OFF, failed_before=True)
    for envelope in envelopes:
        assert_completed(server, envelope, signatures=1)
        assert stampers(server, envelope) == {services.host}


def assert_all_wait(server, envelopes, kind, attempts, reason):
    """Assert that each envelope has one job, which failed so often and says why."""

    def of_kind():
        return [job for job in open_jobs(server, envelopes) if job[1] == kind]

    def waiting():
        jobs = of_kind()
        return len(jobs) == len(envelopes) and all(
            (job[2], job[3]) == ("pending", attempts) for job in jobs
        )

    wait_until(waiting, WORKED_OFF, lambda: of_kind()[:3])
    for job in of_kind():
        assert reason in job[4], job


def assert_no_transaction_waits(server, services):
    """Assert that none is open from before an answer was waited for until later."""
    wait_until(lambda: services.outside.held, 60, "nobody asked the slow service")
    before = _open_transactions(server)
    asked = len(services.outside.held)
    time.sleep(3)
    assert services.outside.held[:asked], "it was still waited for"
    assert not before & _open_transactions(server)


def _open_transactions(server):
    """Return the open transactions but the one in which Odoo itself holds the cron's row."""
    return set(
        server.rows(
            """SELECT pid, xact_start, query FROM pg_stat_activity
                WHERE datname = %s AND pid != pg_backend_pid() AND xact_start IS NOT NULL
                  AND state LIKE 'idle in transaction%%'
                  AND query NOT LIKE '%%last_cron_progress%%'""",
            server.database,
        )
    )


def stampers(server, envelope):
    """Return who gave the time stamps in an envelope's documents."""
    found = set()
    for _seq, _prev, _ts, code, data, _hash in events(server, envelope):
        facts = json.loads(data)
        if code in ("certified", "closed", "stamped"):
            found.add(facts["stamper"])
        elif code == "sealed":
            found |= {seal["stamper"] for seal in facts["seals"].values()}
    return found

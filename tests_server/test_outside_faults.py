"""Services outside fail while envelopes are in work: everything waits, and nothing is lost.

One after the other the time stamp server, the responder that says whether its certificate is
revoked (OCSP) and the provider of remote signatures (CSC) are stopped, delayed by a minute and
made to answer nonsense, while twenty envelopes need them. No clock and no key of our own steps in.
"""

import contextlib
import json
import re
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

import csc_provider
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from outside import Outside, serving_application
from pades.seals import totp

COUNT = 20
TIMEOUT = 5  # seconds that the time stamp server is given
DELAY = 60  # seconds after which a slow service answers
WORKED_OFF = 400  # seconds for two crons to run into every time-out
MODES = ("stopped", "slow", "garbage")
# where the provider fails, and how; tests/test_csc.py tries the rest
PROVIDER = {
    "slow": {"authorize": "slow"},
    "garbage": {"signHash": "garbage"},
    "no token": {"token": "garbage"},
}
NOBODY_SAYS = (
    "there is no way at the moment to find out whether the certificate of “Outside tsa” is "
    "revoked: "
)
REASONS = {
    ("tsa", "stopped"): "cannot be reached: nobody answers at its address",
    ("tsa", "slow"): f"no answer within {TIMEOUT} seconds",
    ("tsa", "garbage"): "the answer is not a time stamp",
    ("ocsp", "stopped"): NOBODY_SAYS,
    ("ocsp", "slow"): NOBODY_SAYS,
    ("ocsp", "garbage"): NOBODY_SAYS,
    ("csc", "stopped"): "the provider cannot be reached: nobody answers at its address",
    ("csc", "slow"): "the provider does not answer within 15 seconds",
    ("csc", "garbage"): "the provider's answer makes no sense",
    ("csc", "no token"): "the provider answered without an access token",
}
# what only a programmer understands
JARGON = re.compile(r"Error|Exception|Traceback|errno|None|object at 0x|[<>{}]")

pytestmark = pytest.mark.slow


class Services:
    """The outside authority, each of its services behind an address of its own."""

    def __init__(self, folder):
        self.ports = {name: shell.free_port() for name in ("tsa", "ocsp", "csc")}
        self.outside = Outside(folder, self.ports["ocsp"])
        self.outside.delay = DELAY
        self.provider = None
        self.host = f"127.0.0.1:{self.ports['tsa']}"
        self.url = f"http://{self.host}/outside/tsa/asked"
        self._serving = {}
        for name in self.ports:
            self.start(name)

    def start(self, name):
        self._serving[name] = serving = contextlib.ExitStack()
        port = self.ports[name]
        if name != "csc":
            serving.enter_context(serving_application(self.outside, port))
            return
        made = csc_provider.serving(self.outside.config, totp.code, port)
        self.provider = serving.enter_context(made)
        self.provider.delay = DELAY

    def stop(self, name):
        self._serving.pop(name).close()

    def held(self, name):
        """Return the requests that are being delayed now."""
        return (self.provider if name == "csc" else self.outside).held

    def break_(self, name, mode):
        if mode == "stopped":
            self.stop(name)
        elif name == "csc":
            self.provider.mode = PROVIDER[mode]
            self.provider.tokens.clear()  # those that were given are not accepted any more
        else:
            self.outside.mode = {name: mode}

    def mend(self, name):
        self.outside.mode = self.provider.mode = {}
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


@pytest.mark.parametrize("service", ["tsa", "ocsp", "csc"])
def test_service_fails_while_envelopes_are_in_work(server, services, service, report):
    if service == "csc":
        use_provider(server, services)
    seller = server.office.user("demo")
    names = [f"{service}{number:02}" for number in range(COUNT)]
    if service == "ocsp":
        envelopes = [send(seller, name) for name in names]
    else:
        # already the company's own signature needs the service
        services.break_(service, "stopped")
        envelopes = [send(seller, name) for name in names]
        assert_all_wait(server, envelopes, "prepare", {}, REASONS[service, "stopped"])
        assert set(states(server, envelopes).values()) == {"preparing"}
        services.mend(service)
        wake_when_idle(server)
    wait_for_state(server, envelopes, "sent", WORKED_OFF, failed_before=True)

    kind, before = "complete" if service == "ocsp" else "apply", {}
    for mode in (*MODES, "no token") if service == "csc" else MODES:
        services.break_(service, mode)
        started = time.monotonic()
        if not before:
            for envelope in envelopes:
                assert envelope.page(server).sign("Grace Hopper")["ok"]
        else:
            wake_when_idle(server)
        if mode == "slow":
            assert_no_transaction_waits(server, lambda: services.held(service))
        before = assert_all_wait(server, envelopes, kind, before, REASONS[service, mode])
        report(f"{service} {mode}: all {COUNT} wait, after {time.monotonic() - started:.0f} s")
        assert set(states(server, envelopes).values()) == {"signed"}
        for envelope in envelopes:
            assert_log_whole(server, envelope)
        services.mend(service)

    started = time.monotonic()
    wake_when_idle(server)
    wait_for_state(server, envelopes, "completed", WORKED_OFF, failed_before=True)
    report(f"{service} mended: all {COUNT} completed, after {time.monotonic() - started:.0f} s")
    for envelope in envelopes:
        assert_completed(server, envelope, signatures=1)
        assert stampers(server, envelope) == {"" if service == "csc" else services.host}
        assert ("Outside rsa" in signed_by(server, envelope)) == (service == "csc")


def use_provider(server, services):
    """Let the company have its signatures, and nothing else, from outside from now on."""
    admin = server.office.user("admin")
    stampers = admin.search("esign.stamp.server", [])
    admin.call("esign.stamp.server", "write", stampers, {"state": "disabled"})
    values = {
        "name": "Provider",
        "code": "csc",
        "sequence": 1,
        "csc_url": services.provider.url,
        "csc_credential": "outside/rsa",
        "csc_client": csc_provider.CLIENT,
        "csc_client_secret": csc_provider.CLIENT_SECRET,
        "state": "enabled",
    }
    seal = admin.call("esign.seal", "create", [values])
    answer = admin.call("esign.seal", "action_test", seal)
    assert answer["params"]["type"] == "success", answer


def wake_when_idle(server):
    """Let all jobs be tried now, once none is under way that still met the service as it was."""
    leased = "SELECT count(*) FROM esign_job WHERE lease_owner IS NOT NULL"
    wait_until(lambda: not server.value(leased), 2 * DELAY, "a job is still under way")
    server.wake_jobs()


def assert_all_wait(server, envelopes, kind, before, reason):
    """Assert that each envelope has one job, which failed once more and says why.

    :param before: what this returned the last time: how often each had failed
    """

    def of_kind():
        return [job for job in open_jobs(server, envelopes) if job[1] == kind]

    def waiting():
        jobs = of_kind()
        return len(jobs) == len(envelopes) and all(
            state == "pending" and attempts > before.get(envelope, 0) and reason in error
            for envelope, _kind, state, attempts, error in jobs
        )

    wait_until(waiting, WORKED_OFF, lambda: (reason, of_kind()[:3]))
    jobs = of_kind()
    for job in jobs:
        assert not JARGON.search(job[4]), job
    return {job[0]: job[3] for job in jobs}


def assert_no_transaction_waits(server, held):
    """Assert that no transaction is open while a job waits for an answer.

    Odoo itself holds the row of a cron that runs in a transaction, and that is all it holds.
    """
    wait_until(held, 60, "nobody asked the slow service")
    crons = 0
    for _moment in range(4 * TIMEOUT):
        found = server.rows(
            """SELECT a.query, array_agg(DISTINCT l.relation::regclass::text)
                 FROM pg_stat_activity a
                 JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'relation'
                WHERE a.datname = %s AND a.pid != pg_backend_pid()
                  AND a.state LIKE 'idle in transaction%%'
                  AND a.xact_start < now() - %s * interval '1 s'
             GROUP BY a.pid, a.query""",
            server.database,
            TIMEOUT - 1,
        )
        for query, tables in found:
            assert "ir_cron" in tables, (query, tables)
            assert not [table for table in tables if table.startswith("esign")], (query, tables)
        crons = max(crons, len(found))
        time.sleep(0.5)
    assert held(), "it was still waited for"
    assert crons, "an open transaction would have been seen"


def signed_by(server, envelope):
    """Return the names in the certificates of an envelope's participants."""
    found = [e for e in events(server, envelope) if e[3] == "sealed"]
    return str([json.loads(data) for _seq, _prev, _ts, _code, data, _hash in found])


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

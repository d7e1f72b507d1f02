"""kill -9 of the worker that is sealing. Nothing else runs meanwhile but the other cron worker."""

import time
from functools import partial

from envelopes import assert_completed, assert_files_kept, wait_for_state
from running import at_once, wait_until


def _kill_while_held(running, envelopes, kind):
    """Kill a worker at a moment when it holds a job of this kind."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        job = running.value(
            """SELECT id FROM esign_job WHERE kind = %s AND state = 'pending'
                  AND lease_until > now() AT TIME ZONE 'UTC' AND envelope_id = ANY(%s) LIMIT 1""",
            kind,
            [e.id for e in envelopes],
        )
        if job and running.kill_worker_of(job):
            return
    raise TimeoutError(f"nobody held a job {kind!r} for long enough")


def test_worker_is_killed_while_it_seals(running, stock, report):
    envelopes = stock["killed"]
    pages = [e.page(running, number) for e in envelopes for number in (0, 1)]
    answers = at_once(
        *(partial(page.post, "sign", **page.consent("Hedy Lamarr")) for page in pages)
    )
    assert all(answer["ok"] for answer in answers)
    for kind in ("apply", "complete"):
        _kill_while_held(running, envelopes, kind)
        if running.mode == "threads":
            running.server.start()
        orphans = wait_until(lambda: _orphans(running), 20, "no job was left behind")
        for envelope in envelopes:
            assert_files_kept(running, envelope)
        # ten minutes pass
        running.rows(
            """UPDATE esign_job SET lease_until = now() AT TIME ZONE 'UTC' - interval '1 s'
                WHERE id = ANY(%s)""",
            orphans,
        )
        report(f"{running.mode}: killed while it held {len(orphans)} job(s), among them {kind}")
        running.wake_jobs(due_now=False)
    wait_for_state(running, envelopes, "completed", failed_before=True)
    for envelope in envelopes:
        assert_completed(running, envelope, signatures=3)
        for address in envelope.addresses:
            assert running.mails_to(address, "Signed: ")


def _orphans(running):
    """Return the jobs whose worker is dead."""
    connected = {
        owner
        for (owner,) in running.rows(
            "SELECT DISTINCT lease_owner FROM esign_job WHERE lease_owner IS NOT NULL"
        )
    }
    dead = [owner for owner in connected if not _lives(int(owner.split(":")[1]))]
    return [
        job
        for (job,) in running.rows(
            "SELECT id FROM esign_job WHERE state = 'pending' AND lease_owner = ANY(%s)", dead
        )
    ]


def _lives(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False

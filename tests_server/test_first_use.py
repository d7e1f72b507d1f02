"""A company's first seal and first authority, which two need at the same moment."""

import base64
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from devenv import databases
from envelopes import assert_files_kept, assert_log_whole, draft, wait_for_state
from running import wait_until
from story import checks


@pytest.fixture
def company(running, request):
    """A company that nobody has sent anything for."""
    name = f"{request.function.__name__} {running.mode}"
    return running.office.user("admin").call("res.company", "create", [{"name": name}])[0]


@contextmanager
def _nobody_is_first(running, company, until):
    """Let nobody go on to make the company's first one before two are about to."""

    def both_wait():
        return running.value(
            """SELECT count(*) = 2 FROM pg_stat_activity
                WHERE datname = %s AND wait_event_type = 'Lock'
                  AND query LIKE 'UPDATE res_company SET write_date = write_date%%'""",
            running.database,
        )

    with databases.cursor_of(running.database) as cursor:
        cursor.execute("SELECT 1 FROM res_company WHERE id = %s FOR NO KEY UPDATE", [company])
        yield
        wait_until(both_wait, 60, until)


def _drafts(running, company):
    """Return two users' drafts, and what sends each."""
    users = [running.office.user("admin") for _number in range(2)]
    made = [
        draft(user, f"first{company}-{number}", company=company)
        for number, user in enumerate(users)
    ]
    sending = [
        partial(user.call, "esign.envelope", "action_send", [envelope.id])
        for user, envelope in zip(users, made, strict=True)
    ]
    return made, sending


def _assert_one_authority(running, company, envelopes):
    """Assert that the company has one, with its keys, and that both documents lead to it."""
    [(authority, root)] = running.rows(
        "SELECT id, root_cert FROM esign_authority WHERE company_id = %s", company
    )
    keys = "SELECT count(*) FROM esign_authority_key WHERE authority_id = %s"
    assert running.value(keys, authority) == 4
    for envelope in envelopes:
        assert_log_whole(running, envelope)
        [path] = assert_files_kept(running, envelope)["frozen"]
        checks.judges.judge(path.read_bytes(), [base64.b64decode(bytes(root))])


def test_two_send_the_first_of_a_company(running, company):
    """Neither of them has anything to try again."""
    envelopes, sending = _drafts(running, company)
    with ThreadPoolExecutor(2) as pool:
        with _nobody_is_first(running, company, "not both came to the seal"):
            answers = [pool.submit(send) for send in sending]
        assert [answer.result() for answer in answers] == [True, True]
    wait_for_state(running, envelopes, "sent")
    seals = "SELECT count(*) FROM esign_seal WHERE company_id = %s"
    assert running.value(seals, company) == 1
    _assert_one_authority(running, company, envelopes)


def test_two_jobs_need_the_first_authority(running, company):
    """Of a company that has a seal already: two crons prepare, and both come to making it."""
    running.office.user("admin").call(
        "esign.seal",
        "create",
        [{"name": "Own", "code": "builtin", "state": "enabled", "company_id": company}],
    )
    envelopes, sending = _drafts(running, company)
    with _nobody_is_first(running, company, "not both came to the authority"):
        for send in sending:
            send()
    wait_for_state(running, envelopes, "sent")
    _assert_one_authority(running, company, envelopes)
    meetings, attempts = running.rows(
        """SELECT sum(meetings), sum(attempts) FROM esign_job
            WHERE kind = 'prepare' AND envelope_id = ANY(%s)""",
        [envelope.id for envelope in envelopes],
    )[0]
    assert (meetings, attempts) == (1, 0), "the second runs once more, at once, and has not failed"

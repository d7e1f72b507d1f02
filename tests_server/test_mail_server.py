"""The mail server is down: the job waits and says why, and no link is left lying about."""

import re

from envelopes import send, wait_for_state
from running import LINK, wait_until

# what programmers understand and other people don't
JARGON = re.compile(r"Exception|Error|Errno|Traceback|[\[\]{}<>]|\(\d|\w+\.\w+\(")


def test_mail_server_is_down_while_inviting(quiet):
    running = quiet
    seller = running.office.user("demo")
    running.mail_server_down()
    try:
        envelope = send(seller, "unreachable")
        reason = _reason(running, envelope, "invite")
        assert envelope.addresses[0] in reason or "mail server" in reason
        assert not JARGON.search(reason), reason
        assert _left_lying(running) == {}
    finally:
        running.mail_server_up()
    running.wake_jobs()
    wait_for_state(running, [envelope], "sent", failed_before=True)
    assert len(running.mails_to(envelope.addresses[0], "Please sign")) == 1
    assert _left_lying(running) == {}
    page = envelope.page(running)

    running.mail_server_down()
    try:
        assert page.sign("Emmy Noether")["ok"]
        reason = _reason(running, envelope, "deliver")
        assert not JARGON.search(reason), reason
        # the document is signed and sealed whether or not anybody can be told
        assert running.value("SELECT state FROM esign_envelope WHERE id = %s", envelope.id) == (
            "completed"
        )
    finally:
        running.mail_server_up()
    running.wake_jobs()
    wait_for_state(running, [envelope], "completed", failed_before=True)
    assert len(running.mails_to(envelope.addresses[0], "Signed: ")) == 1
    assert _left_lying(running) == {}


def _reason(running, envelope, kind):
    return wait_until(
        lambda: running.value(
            """SELECT error FROM esign_job
                WHERE envelope_id = %s AND kind = %s AND state = 'pending' AND attempts = 1""",
            envelope.id,
            kind,
        ),
        60,
        f"no job {kind!r} waits",
    )


def _left_lying(running):
    """Return the tables that hold a link, with the number of rows."""
    found = {}
    for table in ("mail_mail", "mail_message", "esign_job", "esign_event", "ir_attachment"):
        count = running.value(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", f"%{LINK}%")
        if count:
            found[table] = count
    return found

"""People who act at the same moment. Each call below comes from a thread and a session of its own.

Concurrency: 40 clients at once for the pairs, 20 for one signer, and 12 (two each for six
envelopes) or 8 (for four) where a signer has a rival.
"""

from functools import partial

import pytest
import requests
from envelopes import (
    COMPLETED_IN,
    assert_completed,
    assert_files_kept,
    assert_log_whole,
    codes,
    open_jobs,
    states,
    wait_for_state,
)
from running import after, at_once, wait_until
from story.office import Refused
from story.signing import SigningPage, stroke


def _say_yes(page, name="Ada Lovelace", client_key=None):
    """Return what signs when it is called; the picture is adopted before, as on the page."""
    return partial(page.post, "sign", **page.consent(name, client_key))


def test_two_signers_of_one_envelope_at_the_same_moment(running, stock, report):
    """The last two of an envelope must see each other, or it never completes.

    Another one has signed each of them before; that is what the crons are busy with.
    """
    envelopes = stock["pair"]
    pages = [(e, number, e.page(running, number)) for e in envelopes for number in (0, 1)]
    answers = at_once(
        *(_say_yes(page, f"Signer No {number}") for _e, number, page in pages)
    )
    assert [answer for answer in answers if not (isinstance(answer, dict) and answer["ok"])] == []
    took = wait_for_state(running, envelopes, "completed")
    report(f"{running.mode}: 40 signatures at once, 20 envelopes completed {took:.0f} s later")
    for envelope in envelopes:
        assert_completed(running, envelope, signatures=3)
        for address in envelope.addresses:
            assert len(running.mails_to(address, "Please sign")) == 1
            assert len(running.mails_to(address, "Signed: ")) == 1


@pytest.mark.parametrize("number, keys", [(0, ["the same"] * 20), (1, range(20))])
def test_one_signer_posts_twenty_times_at_once(running, stock, number, keys):
    envelope = stock["hasty"][number]
    link = running.link(envelope.addresses[0])
    pages = [SigningPage(link) for _key in keys]
    answers = at_once(
        *(
            _say_yes(page, client_key=f"key {key}")
            for page, key in zip(pages, keys, strict=True)
        )
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    # a late answer may find the envelope sealed already, and then it says so
    assert {(answer["ok"], answer["state"]) for answer in answers} == {(True, "signed")}
    early = [answer for answer in answers if not answer["done"]["documents"]]
    assert all(answer == early[0] for answer in early)
    wait_for_state(running, [envelope], "completed")
    assert_completed(running, envelope, signatures=2)


def test_one_signer_adopts_two_pictures_at_once(running, stock):
    """From two devices: both are taken, and the later one is what can be signed with."""
    link = running.link(stock["hasty"][2].addresses[0])
    pages = [SigningPage(link) for _number in range(2)]
    answers = at_once(*(partial(page.adopt, stroke(number)) for number, page in enumerate(pages)))
    assert all(answer["ok"] for answer in answers), answers
    kept = running.rows("SELECT sha256 FROM esign_picture WHERE signer_id = %s", _signer(pages[0]))
    assert len(kept) == 1 and kept[0][0] in {answer["picture"] for answer in answers}


def _signer(page):
    return page.page["signer"]["id"]


def test_one_signer_declines_twenty_times_at_once(running, stock):
    envelope = stock["hasty"][2]
    link = running.link(envelope.addresses[0])
    pages = [SigningPage(link) for _number in range(20)]
    answers = at_once(*(partial(page.post, "decline", reason="No.") for page in pages))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert all(answer == answers[0] and answer["ok"] for answer in answers), answers
    wait_for_state(running, [envelope], "declined")
    assert codes(running, envelope).count("declined") == 1
    assert_log_whole(running, envelope)


def _assert_outcome(running, envelope, signed, otherwise):
    """Assert that state, signatures and log all say ``signed``, or all ``otherwise``."""
    found = codes(running, envelope)
    signatures = running.value(
        "SELECT count(*) FROM esign_signature WHERE envelope_id = %s", envelope.id
    )
    state = states(running, [envelope])[envelope.id]
    # the other one had signed in the crowd
    assert (found.count("signed"), signatures) == ((2, 2) if signed else (1, 1))
    assert found.count(otherwise) == (0 if signed else 1)
    assert state == ("completed" if signed else otherwise)
    assert_log_whole(running, envelope)
    assert_files_kept(running, envelope)
    if signed:
        assert_completed(running, envelope, signatures=2)


def test_one_signer_signs_and_declines_at_once(running, stock, report):
    envelopes = stock["torn"]
    calls = []
    for envelope in envelopes:
        one, other = envelope.page(running), envelope.page(running)
        calls += [_say_yes(one), partial(other.post, "decline", reason="No.")]
    answers = at_once(*calls)
    outcomes = []
    for envelope, yes, no in zip(envelopes, answers[::2], answers[1::2], strict=True):
        assert {yes["ok"], no["ok"]} == {True, False}, (yes, no)
        assert (no if yes["ok"] else yes)["code"] == ("already" if yes["ok"] else "declined")
        wait_for_state(running, [envelope], "completed" if yes["ok"] else "declined")
        _assert_outcome(running, envelope, yes["ok"], "declined")
        outcomes.append(yes["ok"])
    report(f"{running.mode}: {sum(outcomes)} of {len(outcomes)} signed, the others declined")


def test_signer_signs_while_sender_cancels(running, stock, report):
    envelopes = stock["withdrawn"]
    calls = []
    for number, envelope in enumerate(envelopes):
        page, seller = envelope.page(running), running.office.user("demo")
        cancel = partial(seller.call, "esign.envelope", "action_cancel", [envelope.id])
        calls += [_say_yes(page), after(0.1 * number, cancel)]
    answers = at_once(*calls)
    outcomes = []
    for envelope, signed, cancelled in zip(envelopes, answers[::2], answers[1::2], strict=True):
        assert isinstance(signed, dict), signed
        assert cancelled is True or isinstance(cancelled, Refused), cancelled
        assert signed["ok"] != (cancelled is True), (signed, cancelled)
        if not signed["ok"]:
            assert signed["code"] == "cancelled"
        wait_for_state(running, [envelope], "completed" if signed["ok"] else "cancelled")
        _assert_outcome(running, envelope, signed["ok"], "cancelled")
        outcomes.append(signed["ok"])
    report(f"{running.mode}: {sum(outcomes)} of {len(outcomes)} signed, the others cancelled")


def test_signer_signs_while_the_order_changes(running, stock, report):
    """The change is never refused, and never agreed to by a signature on the old words."""
    envelopes = stock["quotation"]
    calls = []
    for number, envelope in enumerate(envelopes):
        page, seller = envelope.page(running), running.office.user("demo")
        line = seller.search("sale.order.line", [["order_id", "=", envelope.order]])[0]
        change = partial(seller.call, "sale.order.line", "write", [line], {"price_unit": 999})
        calls += [after(0.1 * number, _say_yes(page)), change]
    answers = at_once(*calls)
    outcomes = []
    for envelope, signed, changed in zip(envelopes, answers[::2], answers[1::2], strict=True):
        assert isinstance(signed, dict), signed
        assert changed is True, changed
        found = codes(running, envelope)
        if signed["ok"]:
            wait_for_state(running, [envelope], "completed")
            assert_completed(running, envelope, signatures=1)
            found = codes(running, envelope)
            ran = found.count("consequence_run")
            assert ran + found.count("consequence_skipped") == 1
            assert (_order_state(running, envelope) == "sale") == bool(ran)
        else:
            assert signed["code"] == "revised"
            assert (found.count("signed"), found.count("refused")) == (0, 1)
            assert states(running, [envelope]) == {envelope.id: "sent"}
            assert _order_state(running, envelope) != "sale"
            assert_log_whole(running, envelope)
        outcomes.append(signed["ok"])
    report(f"{running.mode}: {sum(outcomes)} of {len(outcomes)} signed before the change")


def _order_state(running, envelope):
    return running.value("SELECT state FROM sale_order WHERE id = %s", envelope.order)


# ------------------------------------------------------------- mail scanners
WATCHED_TABLES = (
    "esign_envelope",
    "esign_document",
    "esign_signer",
    "esign_signature",
    "esign_field",
    "esign_event",
    "esign_job",
    "esign_picture",
    "mail_message",
    "mail_mail",
)


def _everything(running):
    """Return a fingerprint of all that a request could have changed."""
    return {
        table: running.rows(
            f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t"
        )
        for table in WATCHED_TABLES
    }


def _knock(method, address, cookies):
    """Return the status of a bare request, with the cookies of somebody who opened the link."""
    with requests.Session() as web:
        web.mount("http://", requests.adapters.HTTPAdapter(max_retries=5))
        return web.request(method, address, cookies=cookies, timeout=60).status_code


def test_bursts_of_get_head_and_options_change_nothing(running, stock):
    """Mail scanners open every link, some of them ten times at once."""
    envelope = stock["watched"][0]
    page = envelope.page(running)
    addresses = [
        running.link(envelope.addresses[0]),
        page.address,
        *(page.origin + url for url in page.page["urls"].values()),
        *(page.origin + document["url"] for document in page.page["documents"]),
        *(
            page.origin + document["url"].replace("/document/", "/signed/")
            for document in page.page["documents"]
        ),
        page.address + "/resend",
    ]
    # what others have left to do is no scanner's doing
    wait_until(
        lambda: not open_jobs(running, stock.all()),
        COMPLETED_IN,
        lambda: str(open_jobs(running, stock.all())[:5]),
    )
    before = _everything(running)
    # one burst for each: all at once are more than the connections to the database that Odoo has
    for method in ("GET", "HEAD", "OPTIONS"):
        calls = [
            partial(_knock, method, address, dict(page.web.cookies))
            for address in addresses
            for _times in range(2)
        ]
        answers = at_once(*calls)
        assert [a for a in answers if isinstance(a, Exception) or a >= 500] == [], method
    assert _everything(running) == before
    assert _say_yes(page)()["ok"]  # and the link still works

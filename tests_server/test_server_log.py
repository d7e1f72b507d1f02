"""The server's log of all the tests before: it holds no link. (This file's tests run last.)"""

import re

import pytest
import requests
from envelopes import send, wait_for_state
from running import LINK

SECRET = re.compile(re.escape(LINK) + r"[\w%.~-]{8,}")


def _assert_no_secret(running, log):
    text = log.read_text(errors="replace")
    assert SECRET.findall(text) == []
    links = [
        running.post.link(mail, LINK)
        for mail in running.post.mails()
        if "Please sign" in str(mail["Subject"])
    ]
    assert links
    assert [link for link in links if link.rsplit("/", 1)[1] in text] == []
    return text


def test_log_holds_no_link(running):
    text = _assert_no_secret(running, running.server.log)
    assert f"GET {LINK}" in text  # it does tell that links were opened


@pytest.mark.slow
def test_log_of_a_server_that_tells_everything(quiet):
    """Whatever it is set to tell; the test before has the log as it usually is."""
    running = quiet
    running.restart("--log-level=debug", "--log-sql", log=running.folder / "debug.log")
    seller = running.office.user("demo")
    first, second = send(seller, "debugged00"), send(seller, "debugged01")
    wait_for_state(running, [first, second], "sent")
    for headers in (
        {},
        {"Accept-Language": "fr-FR"},
        {"Cookie": "frontend_lang=fr_FR"},
        {"User-Agent": "Googlebot"},
    ):
        link = running.link(first.addresses[0])
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            requests.request(method, link, headers=headers, timeout=60)
        requests.get(link + "x", headers=headers, timeout=60)
        requests.get(link + "/", headers=headers, timeout=60)
        requests.get(link.replace(LINK, "/fr" + LINK), headers=headers, timeout=60)
    first.page(running).sign("Lise Meitner")
    second.page(running).decline("Not this one.")
    wait_for_state(running, [first], "completed")
    wait_for_state(running, [second], "declined")
    assert " DEBUG " in _assert_no_secret(running, running.folder / "debug.log")

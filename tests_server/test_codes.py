"""Codes that are guessed, asked for and used by many at the same moment."""

import re
import time
from functools import partial

import requests
from envelopes import assert_log_whole, codes, send, wait_for_state
from running import at_once, wait_until

CLIENTS = 64
GUESSES = 1000
LINK = "/esign/s/"


class Door:
    """The page that asks for a code, in a browser of its own."""

    def __init__(self, link, cookies=None):
        self.web = requests.Session()
        self.web.cookies.update(cookies or {})
        answer = self.web.get(link, timeout=60)
        self.address = answer.url
        self.token = re.search(r'name="csrf_token" value="(\w+)"', answer.text)[1]

    def post(self, name, **values):
        values = {"csrf_token": self.token, "method": "mail_code", **values}
        for attempt in range(8):
            try:
                answer = self.web.post(f"{self.address}/{name}", data=values, timeout=120)
            except requests.ConnectionError:
                # more clients at once than the two workers' queue holds
                time.sleep(0.2 * 2**attempt)
                continue
            assert answer.status_code == 200, answer.status_code
            return answer.text
        raise ConnectionError(self.address)

    def guess(self, many):
        return ["owl-component" in self.post("identify", code=code) for code in many]


def _same_browser(link, door):
    """Return another window of the browser, with all its cookies."""
    other = Door(link, door.web.cookies.get_dict())
    other.web.cookies = door.web.cookies.copy()
    return other


def _sent(running, name):
    """Send an envelope whose participant needs a code; return it with the participant's id."""
    seller = running.office.user("demo")
    envelope = send(seller, name, identification="mail_code")
    wait_for_state(running, [envelope], "sent")
    signer = running.value("SELECT id FROM esign_signer WHERE envelope_id = %s", envelope.id)
    return envelope, signer


def _mailed(running, envelope, before):
    """Wait for the next code, and return it."""
    mails = partial(running.mails_to, envelope.addresses[0], "Your code")
    wait_until(lambda: len(mails()) > before, 30, "no mail with a code")
    return re.findall(r">(\d{6})<", mails()[-1].get_body(("html",)).get_content())[0]


def test_a_thousand_guesses_from_64_clients(running, report):
    """Five of them are looked at for each code, and fifteen for the participant's life."""
    envelope, signer = _sent(running, f"guessed-{running.mode}")
    link = running.link(envelope.addresses[0])
    first = Door(link)
    started = time.monotonic()
    for number in range(3):
        first.post("code")
        right = int(_mailed(running, envelope, number))
        wrong = [f"{(right + 1 + step) % 10**6:06}" for step in range(GUESSES // 3 + 1)]
        doors = [_same_browser(link, first) for _client in range(CLIENTS)]
        answers = at_once(
            *(partial(door.guess, wrong[index::CLIENTS]) for index, door in enumerate(doors))
        )
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        assert not any(any(answer) for answer in answers)
        tries = running.rows(
            "SELECT tries FROM esign_code WHERE signer_id = %s ORDER BY id", signer
        )
        assert tries == [(5,)] * (number + 1)
    took = time.monotonic() - started
    assert running.value("SELECT code_tries FROM esign_signer WHERE id = %s", signer) == 15
    assert codes(running, envelope).count("code_wrong") == 15
    assert codes(running, envelope).count("locked_out") == 1
    assert_log_whole(running, envelope)
    report(f"{running.mode}: {3 * (GUESSES // 3 + 1)} guesses by {CLIENTS} clients in {took:.0f} s")


def test_two_hundred_requests_for_a_code(running):
    envelope, signer = _sent(running, f"asked-{running.mode}")
    link = running.link(envelope.addresses[0])
    doors = [Door(link) for _number in range(20)]
    answers = at_once(*(partial(_ask, door, 10) for door in doors))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert running.value("SELECT count(*) FROM esign_code WHERE signer_id = %s", signer) == 3
    _mailed(running, envelope, 2)
    time.sleep(3)
    assert len(running.mails_to(envelope.addresses[0], "Your code")) == 3


def _ask(door, times):
    for _time in range(times):
        door.post("code")


def test_fifty_uses_of_one_code(running):
    envelope, signer = _sent(running, f"used-{running.mode}")
    link = running.link(envelope.addresses[0])
    first = Door(link)
    first.post("code")
    code = _mailed(running, envelope, 0)
    doors = [_same_browser(link, first) for _number in range(50)]
    answers = at_once(*(partial(door.post, "identify", code=code) for door in doors))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert codes(running, envelope).count("code_right") == 1
    assert running.value("SELECT code_tries FROM esign_signer WHERE id = %s", signer) == 0
    assert_log_whole(running, envelope)

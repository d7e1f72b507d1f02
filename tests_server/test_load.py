"""Many signers of different envelopes at once: 40 clients, nothing else going on."""

import time

from envelopes import assert_completed, wait_for_state
from running import at_once


def test_forty_signers_at_once(running, stock, report):
    """Nobody is refused; how long it takes is told and not judged."""
    envelopes = stock["single"]
    pages = [envelope.page(running) for envelope in envelopes]

    def sign(page):
        begin = time.monotonic()
        answer = page.post("sign", **page.consent("Grace Hopper"))
        return time.monotonic() - begin, answer

    results = at_once(*(lambda p=page: sign(p) for page in pages))
    assert [r for r in results if isinstance(r, Exception) or not r[1]["ok"]] == []
    times = sorted(seconds for seconds, _answer in results)
    took = wait_for_state(running, envelopes, "completed")
    report(
        f"{running.mode}: 40 signers at once: median {times[len(times) // 2]:.2f} s, "
        f"slowest {times[-1]:.2f} s; all completed {took:.0f} s later"
    )
    for envelope in envelopes:
        assert_completed(running, envelope, signatures=1)

"""Many signers of different envelopes at once: 40 clients, nothing else going on."""

from envelopes import assert_log_whole, codes


def test_forty_signers_at_once(running, report):
    """Nobody is refused; how long it takes is told and not judged.

    Two worker processes let 16 connections wait; more may be cut off by the system. The page
    then says the same again, and so do the clients here.
    """
    crowd = running.crowd
    assert len(crowd.envelopes) == 40
    assert [r for r in crowd.results if isinstance(r, Exception) or not r[1]["ok"]] == []
    times = sorted(seconds for seconds, _answer in crowd.results)
    report(
        f"{running.mode}: 40 signers of different envelopes at once: "
        f"median {times[len(times) // 2]:.2f} s, slowest {times[-1]:.2f} s, "
        f"{crowd.lost_connections} connections lost and made again"
    )
    for envelope in crowd.envelopes:
        assert "signed" in codes(running, envelope)
        assert_log_whole(running, envelope)

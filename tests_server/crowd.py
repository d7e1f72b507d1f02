"""Forty people who sign forty different envelopes at the same moment."""

import time
from dataclasses import dataclass
from functools import partial

from running import at_once

CROWD_SIGNER = -1  # the last of each envelope's participants


@dataclass
class Crowd:
    results: list  # of (seconds, answer), or what was raised
    envelopes: list
    lost_connections: int


def sign_in_a_crowd(running, envelopes):
    pages = [envelope.page(running, CROWD_SIGNER) for envelope in envelopes]

    bodies = [page.consent("Grace Hopper") for page in pages]

    def sign(page, body):
        begin = time.monotonic()
        answer = page.post("sign", **body)
        return time.monotonic() - begin, answer

    results = at_once(*(partial(sign, *pair) for pair in zip(pages, bodies, strict=True)))
    return Crowd(results, envelopes, sum(page.lost_connections for page in pages))

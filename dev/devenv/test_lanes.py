"""Shares test files out to two processes that take about as long as each other."""

import re

from . import paths

TOUR = 15
"""How many ordinary tests a tour in the browser takes as long as."""


def split(words):
    """Return one or two lists of words for pytest, which together run the same tests.

    `words` are files and other words of pytest's; only files are shared out.
    """
    files = [word for word in words if word.endswith(".py") and (paths.REPO / word).is_file()]
    others = [word for word in words if word not in files]
    if len(files) < 8:
        return [list(words)]
    lanes, loads = ([], []), [0, 0]
    for file in sorted(files, key=_load, reverse=True):
        lane = loads.index(min(loads))
        lanes[lane].append(file)
        loads[lane] += _load(file)
    return [[*sorted(lane), *others] for lane in lanes]


def _load(file):
    text = (paths.REPO / file).read_text()
    tests = len(re.findall(r"^    def test_", text, re.M))
    return tests + TOUR * len(re.findall(r"start_tour\(|browser_js\(", text))

"""Shares test files out to two processes that take about as long as each other."""

import re

from . import paths

TOUR = 8
"""Seconds that a tour in the browser takes; an ordinary test takes one."""

SECONDS = {
    "test_clean.py": 20,
    "test_longterm.py": 35,
    "test_manipulation.py": 87,
    "test_csc.py": 8,
    "test_bombs.py": 26,
    "test_containers.py": 3,
    "test_package.py": 17,
    "test_examine.py": 20,
    "test_bench.py": 1,
    "test_tours.py": 76,
    "test_hostile.py": 45,
    "test_tours_states.py": 67,
    "test_daily.py": 53,
    "test_verify.py": 50,
    "test_renewal.py": 35,
    "test_tours_office.py": 43,
    "test_certificate.py": 39,
    "test_seal_kinds.py": 34,
    "test_sale.py": 30,
    "test_reopen.py": 28,
    "test_verify_page.py": 28,
    "test_tours_routing.py": 27,
    "test_tours_hostile.py": 26,
    "test_stamp_servers.py": 25,
    "test_documents_for.py": 24,
    "test_authority_reissue.py": 23,
    "test_seal_use.py": 23,
    "test_rpc_surface.py": 18,
    "test_outsiders.py": 13,
    "test_tours_seldom.py": 22,
    "test_codes.py": 12,
    "test_alerts.py": 20,
    "test_storage.py": 17,
    "test_tours_reading.py": 16,
    "test_tours_units.py": 15,
    "test_log_attacks.py": 14,
    "test_hostile_mails.py": 14,
    "test_scanners.py": 10,
    "test_users_who_take_part.py": 12,
    "test_all_orders.py": 10,
    "test_daily_many.py": 5,
    "test_event_words.py": 5,
    "test_secrets.py": 2,
}
"""What files take whose tests are far from ordinary, measured on two quiet cores."""


def split(words):
    """Return one or two lists of words for pytest, which together run the same tests.

    `words` are files and other words of pytest's; only files are shared out.
    """
    files = [word for word in words if word.endswith(".py") and (paths.REPO / word).is_file()]
    others = [word for word in words if word not in files]
    if len(files) < 8:
        return [list(words)]
    lanes, loads = ([], []), [0, 0]
    for file in sorted(files, key=_seconds, reverse=True):
        lane = loads.index(min(loads))
        lanes[lane].append(file)
        loads[lane] += _seconds(file)
    return [[*sorted(lane), *others] for lane in lanes]


def _seconds(file):
    name = file.rsplit("/", 1)[-1]
    if name in SECONDS:
        return SECONDS[name]
    text = (paths.REPO / file).read_text()
    tests = len(re.findall(r"^ *def test_", text, re.M))
    return tests + TOUR * len(re.findall(r"start_tour\(|browser_js\(|walk\(", text))

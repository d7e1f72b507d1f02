"""The signing page against Odoo's own: its first load beside the portal's page of the same
quotation, the signer's request beside one in which nothing is done, and crowds of signers.

All of it in one run on one server with two worker processes.
"""

import json
import time
from contextlib import ExitStack
from functools import partial

import requests
import serving
from devenv.browser import Browser
from results import Goal, Report, Table, median, percentile
from running import at_once
from story.signing import stroke

POST_TIMES = 2.5
PAGE_TIMES = 1
SLOWEST_SECONDS = 2
ALONE, CROWD, QUICK = 30, 40, 3
COMMON = 20

# what is to be read on each page: who asks for what, and what the portal shows of the quotation
READY = {
    "signing page": ".o_esign_intro_said",
    "portal page": "#portal_sale_content, #introduction",
}
# a frame is drawn only when the style sheets are there; the one after shows what was found
_WATCH = """
    window.__ready = new Promise((done) => {
        const look = () => requestAnimationFrame(() => document.querySelector(%r)
            ? requestAnimationFrame(() => done(performance.now())) : look());
        look();
    });
"""

# the script of a worker (pdf.js') is among them, which the events of the network leave out
_CAME = """
    JSON.stringify(["navigation", "resource"].map((kind) =>
        performance.getEntriesByType(kind).map((entry) => [entry.responseEnd, entry.transferSize])
    ).flat())
"""


def measure(quick: bool) -> Report:
    """Return times of requests and pages, and how crowds fare."""
    report = Report()
    alone, crowd, common = (QUICK,) * 3 if quick else (ALONE, CROWD, COMMON)
    with serving.server() as running:
        single, shared, quotation = serving.make_envelopes(running, alone + crowd, common)
        portal = serving.portal_address(running, quotation)
        running.restart(*serving.QUIET)
        _requests(report, running, single[:alone])
        _html(report, running, quotation, portal, alone)
        _loads(report, running, quotation, portal, 2 if quick else 7)
        running.restart("--max-cron-threads=2")
        _crowd(report, running, "different envelopes", [e.page(running) for e in single[alone:]])
        _crowd(report, running, "one envelope", [shared.page(running, n) for n in range(common)])
        _count(report, running, shared, common)
    return report


def _requests(report, running, envelopes):
    """The signer's request and the empty ones in turn."""
    user = running.office.user("demo")
    spent = {"empty, logged in": [], "empty, public": [], "picture": [], "signature": []}

    def timed(name, call):
        start = time.perf_counter()
        answer = call()
        spent[name].append((time.perf_counter() - start) * 1000)
        return answer

    pages = [envelope.page(running) for envelope in envelopes]
    image, bodies = stroke(), [page.consent("Grace Hopper") for page in pages]
    for page in pages:
        page.tell_opened()  # as the page's script does before anything else
    for _worker in range(8):
        user._post("/esign_bench/user")
    pages[0].post("sign", **{**bodies[0], "consent": False})
    for page, body in zip(pages, bodies, strict=True):
        timed("empty, logged in", partial(user._post, "/esign_bench/user"))
        public = running.url + "/esign_bench/public"
        timed("empty, public", partial(page.web.post, public, json={"params": {}}))
        # the same again, so that the name stays good
        adopted = timed("picture", partial(page.adopt, image))
        assert adopted["picture"] == body["signature"]["picture"], adopted
        answer = timed("signature", partial(page.post, "sign", **body))
        assert answer["ok"], answer
    table = Table(
        f"Requests in ms, {len(pages)} of each in turn", ["request", "median", "p90", "slowest"]
    )
    for name, values in spent.items():
        table.rows.append([name, median(values), percentile(values, 90), max(values)])
    report.tables.append(table)
    report.samples |= spent
    times = median(spent["signature"]) / median(spent["empty, logged in"])
    report.goals.append(Goal("signature by an empty logged-in request", times, POST_TIMES, "times"))


def _html(report, running, quotation, portal, repeats):
    """What the server needs for the page itself."""
    page = quotation.page(running)
    addresses = {
        "signing page": (page.web, page.address),
        "portal page": (requests.Session(), portal),
    }
    spent, sizes = {name: [] for name in addresses}, {}
    for number in range(repeats + 4):  # the first ones fill the workers' caches
        for name, (web, address) in addresses.items():
            start = time.perf_counter()
            answer = web.get(address, timeout=60)
            answer.raise_for_status()
            sizes[name] = len(answer.content)
            if number >= 4:
                spent[name].append((time.perf_counter() - start) * 1000)
    table = Table("HTML: server's time in ms, size in kB", ["page", "median", "p90", "size"])
    for name, values in spent.items():
        table.rows.append([name, median(values), percentile(values, 90), sizes[name] / 1000])
    report.tables.append(table)
    report.samples |= {f"html, {name}": values for name, values in spent.items()}
    times = median(spent["signing page"]) / median(spent["portal page"])
    report.goals.append(Goal("HTML of the page by the portal's", times, PAGE_TIMES, "times"))


def _loads(report, running, quotation, portal, repeats):
    """What a browser needs, with nothing kept and with everything kept from the visit before."""
    addresses = {"signing page": quotation.page(running).address, "portal page": portal}
    table = Table(
        f"In the browser, median of {repeats}: ms until it can be read, until all has come, kB",
        ["page", "cold", "all", "kB", "requests", "warm", "all", "kB", "requests"],
    )
    kinds = {name: ([], []) for name in addresses}  # cold, warm
    with ExitStack() as stack:
        browsers = {name: stack.enter_context(Browser(390, 844)) for name in addresses}
        browsers["signing page"].open(running.link(quotation.addresses[0]))  # for the cookie
        for name, browser in browsers.items():
            watch = _WATCH % READY[name]
            browser.call("Page.addScriptToEvaluateOnNewDocument", source=watch)
            _load(browser, addresses[name])
        for _repeat in range(repeats):  # in turn: whatever else the machine does meets both
            for name, browser in browsers.items():
                browser.call("Network.clearBrowserCache")
                for loads in kinds[name]:
                    loads.append(_load(browser, addresses[name]))
    found = {}
    for name, (cold, warm) in kinds.items():
        found[name] = [
            [median(values) for values in zip(*kind, strict=True)] for kind in (cold, warm)
        ]
        report.samples |= {
            f"load, {name}, {kind}": [row[:2] for row in rows]
            for kind, rows in (("cold", cold), ("warm", warm))
        }
        table.rows.append([name, *found[name][0], *found[name][1]])
    report.tables.append(table)
    ours, theirs = found["signing page"], found["portal page"]
    for number, kind in enumerate(("cold", "warm")):
        for place, what in ((0, "until it can be read"), (1, "until all has come"), (2, "bytes")):
            times = ours[number][place] / theirs[number][place]
            report.goals.append(Goal(f"{kind} load, {what}, by the portal's", times, 1, "times"))


def _load(browser, address):
    """Return (ms until it can be read, ms until all has come, kB over the network, requests).

    Both pages go on loading when they can be read already: ours the document, both the scripts
    of their buttons. All has come when nothing more came for a second.
    """
    browser.open(address)
    ready, came = browser.evaluate("window.__ready"), None
    while came != (came := json.loads(browser.evaluate(_CAME))):
        browser.settle(1)
    sizes = [size for _end, size in came if size]  # nothing comes of what is kept
    return ready, max(ready, *(end for end, _size in came)), sum(sizes) / 1000, len(sizes)


def _crowd(report, running, what, pages):
    bodies = [page.consent("Grace Hopper") for page in pages]

    def sign(page, body):
        start = time.perf_counter()
        answer = page.post("sign", **body)
        return time.perf_counter() - start, answer

    calls = [partial(sign, *pair) for pair in zip(pages, bodies, strict=True)]
    results = at_once(*calls)
    failed = [r for r in results if isinstance(r, Exception) or not r[1]["ok"]]
    times = [r[0] for r in results if not isinstance(r, Exception)]
    lost = sum(page.lost_connections for page in pages)
    name = f"{len(pages)} signers of {what}"
    if not any(table.title.startswith("Crowds") for table in report.tables):
        head = ["who", "median", "slowest", "failed", "connections lost"]
        report.tables.append(Table("Crowds, in s, all at the same moment, crons at work", head))
    row = [name, f"{median(times):.2f}", f"{max(times):.2f}", len(failed), lost]
    report.tables[-1].rows.append(row)
    report.samples[name] = times
    report.goals.append(Goal(f"{name}: failed", len(failed), 0))
    if what == "different envelopes":
        report.goals.append(Goal(f"{name}: slowest", max(times), SLOWEST_SECONDS, "s"))


def _count(report, running, envelope, wanted):
    kept = running.value("SELECT count(*) FROM esign_signature WHERE envelope_id = %s", envelope.id)
    report.goals.append(Goal("signatures of one envelope lost", wanted - kept, 0))

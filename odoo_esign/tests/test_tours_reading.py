"""Reading all pages first, led by the page, in a real browser at both widths."""

from .common import EsignHttpCase
from .page_browser import page_browser

PAGES = 9
LEFT = "Number(document.querySelector('.o_esign_hint')?.innerText.match(/(\\d+) left/)?.[1] || 0)"
# a browser that knows no workers, and one in which they don't run
NO_WORKER = """
    window.Worker = class { constructor() { window.asked = true; throw new Error("none"); } };
"""
DEAD_WORKER = """
    window.Worker = class extends EventTarget {
        constructor() {
            super();
            window.asked = true;
            setTimeout(() => { this.onerror?.(); this.dispatchEvent(new Event("error")); });
        }
        postMessage() {}
        terminate() {}
    };
"""
ANY_SPEED = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
ASKED = """(name => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes(name)).length)"""


class TestReadingTours(EsignHttpCase):
    browser_size = "1280x800"

    def test_all_pages_first(self):
        """*Next* leads through the pages; a reload and another device go on where one was."""
        for width, height in ((1280, 800), (360, 740)):
            with self.subTest(width=width):
                self.read_and_sign(width, height)

    def read_and_sign(self, width, height):
        envelope = self.send(
            self.make_envelope(pages=PAGES, require_reading=True, name=f"Long at {width}")
        )
        link = self.link_of(envelope.signer_ids)
        with page_browser(self) as browser:
            browser.size(width, height)
            browser.open(link)
            browser.wait(".o_esign_page_drawn canvas")
            left = self.read_on(browser, until=4)
            browser.check(f"{width}: pages are left")
            browser.evaluate("window.before = true; location.reload()")
            browser.wait_for("!window.before && document.querySelector('.o_esign_page_drawn')")
            self.assertLessEqual(self.left(browser), left, "a reload forgets nothing")
            # another device has the server's word alone
            browser.evaluate("sessionStorage.clear()")
            browser.open("about:blank")
            browser.open(link)
            browser.wait(".o_esign_page_drawn canvas")
            self.assertLessEqual(self.left(browser), left, "nor does another device")
            self.read_on(browser, until=0)
            browser.wait(".o_esign_hint:not(:empty)")
            browser.click(".o_esign_consent input[name=consent]")
            browser.click(".o_esign_next")
            browser.click("[data-tab=type]")
            browser.wait(".o_esign_style img")
            browser.click(".o_esign_adopt")
            browser.click(".o_esign_finish")
            browser.wait(".o_esign_end[data-state=signed]")
        self.env.invalidate_all()
        self.assertEqual(envelope.signer_ids.state, "signed")
        lines = envelope.sudo().event_ids.filtered(lambda event: event.code == "read")
        read = lines.sorted("seq")[-1]._facts()["pages"][str(envelope.document_ids.id)]
        self.assertEqual(read["which"], f"1-{PAGES + 1}", "and that of participants")

    def left(self, browser):
        return browser.evaluate(LEFT)

    def read_on(self, browser, until):
        """Press *Next* until so many pages are left; each press shows at least one more."""
        while (left := self.left(browser)) > until:
            browser.click(".o_esign_next")
            browser.wait_for(f"{LEFT} < {left}")
        return left

    def test_each_thing_comes_once(self):
        """What was fetched ahead is used, also when our own scripts come late."""
        link = self.link_of(self.send(self.make_envelope(documents=2)).signer_ids)
        with page_browser(self) as browser:
            browser.call("Network.enable")
            for latency in (0, 300):
                browser.call("Network.clearBrowserCache")
                browser.call("Network.emulateNetworkConditions", latency=latency, **ANY_SPEED)
                browser.open(link)
                browser.wait(".o_esign_page_drawn canvas")
                browser.wait_for(f"{ASKED}('/document/') === 2")
                for name, times in (("/document/", 2), ("pdf.js", 1), ("pdf.worker.js", 1)):
                    self.assertEqual(browser.evaluate(f"{ASKED}('{name}')"), times, name)
                self.assertFalse(browser.evaluate("'esign_document' in odoo"), "it was taken")
                browser.open("about:blank")

    def test_line_lost_while_it_loads(self):
        """What a document needs is fetched ahead; where it does not come, one tries again."""
        link = self.link_of(self.send(self.make_envelope()).signer_ids)
        with page_browser(self) as browser:
            browser.call("Network.enable")
            for lost in ("*/document/*", "*/pdf.js"):
                with self.subTest(lost=lost):
                    browser.call("Network.clearBrowserCache")
                    browser.call("Network.setBlockedURLs", urls=[lost])
                    browser.open(link)
                    browser.wait(".o_esign_document_failed button")
                    browser.call("Network.setBlockedURLs", urls=[])
                    browser.click(".o_esign_document_failed button")
                    browser.wait(".o_esign_page_drawn canvas")
                    browser.open("about:blank")

    def test_no_worker(self):
        """Where pdf.js gets no thread of its own, the page does its work."""
        link = self.link_of(self.send(self.make_envelope()).signer_ids)
        with page_browser(self) as browser:
            for worker in (NO_WORKER, DEAD_WORKER):
                with self.subTest(worker=worker):
                    script = browser.call("Page.addScriptToEvaluateOnNewDocument", source=worker)
                    browser.open(link)
                    browser.wait(".o_esign_page_drawn canvas")
                    self.assertTrue(browser.evaluate("window.asked"))
                    browser.call("Page.removeScriptToEvaluateOnNewDocument", **script)
                    browser.open("about:blank")

"""Adopting a picture in a real browser: the server looks at it at once, and nobody waits for it."""

import tempfile

from PIL import Image

from .common import EsignHttpCase
from .page_browser import page_browser

WIDTHS = ((1280, 800), (360, 740))
# the bodies of all posts, by the last part of their address
WATCH_POSTS = """
    window.posts = [];
    const send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, url) {
        this.address = url;
        return open.apply(this, arguments);
    };
    XMLHttpRequest.prototype.send = function (body) {
        window.posts.push([this.address.split("/").pop(), body]);
        return send.apply(this, arguments);
    };
"""
POSTS = "window.posts.filter(([name]) => ['picture', 'sign'].includes(name))"


class TestPictureTours(EsignHttpCase):
    browser_size = "1280x800"

    def open(self, browser, signer):
        browser.open(self.link_of(signer))
        browser.wait(".o_esign_page_drawn canvas")

    def names_posted(self, browser):
        return browser.evaluate(f"{POSTS}.map(([name]) => name)")

    def adopt_typed(self, browser, kind="signature"):
        browser.click(f"[data-kind={kind}] button")
        browser.click("[data-tab=type]")
        browser.wait(".o_esign_style img")
        browser.click(".o_esign_adopt")
        browser.wait("body:not(:has(.o_esign_modal))")

    def finish(self, browser):
        browser.click(".o_esign_finish")
        browser.wait(".o_esign_end[data-state=signed]")

    def adopt_blank(self, browser):
        """Choose a picture on which nothing can be seen."""
        browser.click("[data-kind=signature] button")
        browser.click("[data-tab=upload]")
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            Image.new("RGB", (300, 100), "white").save(file, "PNG")
            file.flush()
            browser.choose_file(".o_esign_upload input", file.name)
            browser.wait(".o_esign_upload img")
        browser.click(".o_esign_adopt")

    def assertBlank(self, browser, state):
        """Assert that the dialog is there and says so, and that nothing is put in the places."""
        browser.wait(".o_esign_modal #o_esign_sign_error:not(:empty)")
        browser.check(state)
        self.assertIn("blank", browser.evaluate("o_esign_sign_error.innerText"))
        browser.wait("[data-kind=signature]:not(:has(img))")

    def choose_none(self, browser):
        """Choose a file that is no picture: of the one before, nothing is said any more."""
        browser.click("[data-tab=upload]")
        browser.choose_file(".o_esign_upload input", __file__)
        browser.wait("#o_esign_upload_error:not(:empty)")
        browser.wait("#o_esign_sign_error:empty")

    def test_refused(self):
        """The dialog says so and stays; another picture is taken."""
        signers = [self.send_new([who]).signer_ids for who in (self.customer, self.second)]
        with page_browser(self) as browser:
            for (width, height), signer in zip(WIDTHS, signers, strict=True):
                browser.size(width, height)
                self.open(browser, signer)
                self.adopt_blank(browser)
                self.assertBlank(browser, f"{width}: picture is refused")
                self.choose_none(browser)
                browser.click(".o_esign_modal_close")
                self.adopt_typed(browser)
                browser.wait("[data-kind=signature] img")
                browser.click(".o_esign_consent input[name=consent]")
                self.finish(browser)
        self.env.invalidate_all()
        for signer in signers:
            self.assertEqual(signer.signature_ids.kind, "typed")

    def test_lost_on_the_server(self):
        """After a reload its name is enough; where it is gone it is sent once more, unasked."""
        signer = self.send_new(fields=[{"kind": "initials"}]).signer_ids
        with page_browser(self) as browser:
            browser.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH_POSTS)
            self.open(browser, signer)
            for kind in ("signature", "initials"):
                self.adopt_typed(browser, kind)
            self.assertEqual(self.names_posted(browser), ["picture"] * 2)
            browser.evaluate("window.before = true; location.reload()")
            browser.wait_for("!window.before && document.querySelector('[data-kind=initials] img')")
            self.env["esign.picture"]._forget(signer)
            self.cr.flush()
            browser.click(".o_esign_consent input[name=consent]")
            self.assertEqual(self.names_posted(browser), [])
            self.finish(browser)
            self.assertEqual(self.names_posted(browser), ["sign", "picture", "picture", "sign"])
            large = browser.evaluate(f"{POSTS}.map(([_name, body]) => body.includes('iVBOR'))")
            self.assertEqual(large, [False, True, True, False], "pictures where they are adopted")

    def test_without_a_connection(self):
        """One reads on; who presses the last button waits for the picture, and then signs."""
        signer = self.send_new().signer_ids
        with page_browser(self) as browser:
            browser.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH_POSTS)
            self.open(browser, signer)
            browser.click(".o_esign_consent input[name=consent]")
            browser.connect(False)
            self.adopt_blank(browser)
            browser.wait("[data-kind=signature] img")
            browser.wait("body:not(:has(.o_esign_modal))")
            browser.connect(True)
            browser.wait(".o_esign_style img")  # written by itself, which takes back no refusal
            self.assertBlank(browser, "picture is refused later")
            browser.click(".o_esign_modal_close")
            browser.connect(False)
            self.adopt_typed(browser)
            browser.wait("[data-kind=signature] img")
            browser.wait(".o_esign_hint.o_esign_waiting")
            browser.click(".o_esign_finish")
            browser.wait(".o_esign_finish[aria-busy=true]")
            self.assertNotIn("sign", self.names_posted(browser))
            browser.connect(True)
            browser.wait(".o_esign_end[data-state=signed]")
            self.assertEqual(self.names_posted(browser).count("sign"), 1)
            self.assertFalse(browser.evaluate("sessionStorage.length"), "drafts stay")

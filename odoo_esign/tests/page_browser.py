"""A browser in a test's hand: pages are checked for barriers, and the network can fail."""

import json
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from odoo.tests.common import ChromeBrowser, _registry_test_lock
from odoo.tools.misc import file_path

# a tool of the development set-up, not part of the add-on
AXE = Path(__file__).parents[2] / ".dev" / "axe"
KEYS = {
    "Tab": (9, None),
    "Enter": (13, "\r"),
    "Escape": (27, None),
    " ": (32, " "),
    "ArrowDown": (40, None),
    "ArrowRight": (39, None),
    "ArrowLeft": (37, None),
}
# where the focus is: what it is on, and whether it can be seen there
FOCUS = """(() => {
    const el = document.activeElement;
    const box = el.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
    const top = document.elementFromPoint(x, y);
    return {
        name: `${el.tagName} ${el.id} ${el.className}`,
        hidden: el !== document.body && !(top && (el.contains(top) || top.contains(el)
            || top.closest("label")?.contains(el) || top.closest("label")?.htmlFor === el.id)),
    };
})()"""


def watching():
    """Return the scripts that check a page; axe-core only where the set-up has fetched it."""
    scripts = [Path(file_path("odoo_esign/static/tests/watch.js")).read_text()]
    scripts += [path.read_text() for path in sorted(AXE.glob("axe-*.min.js"))]
    return scripts


class PageBrowser:
    """Drives Chromium over the DevTools protocol, as a person does: by keys, clicks and eyes."""

    def __init__(self, case):
        self.case = case
        self.chrome = ChromeBrowser(case)

    def call(self, method, **params):
        return self.chrome._websocket_request(method, params=params, timeout=60)

    def evaluate(self, expression):
        answer = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def open(self, path):
        self.chrome.navigate_to(urljoin(self.case.base_url(), path), wait_stop=False)

    def wait(self, selector, seconds=40):
        """Wait until something like this is there."""
        self.wait_for(f"document.querySelector({json.dumps(selector)})", seconds)

    def wait_for(self, expression, seconds=40):
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.evaluate(f"!!({expression})"):
                return
            time.sleep(0.1)
        shown = self.evaluate("document.body.innerText.slice(0, 600)")
        raise AssertionError(f"not {expression} after {seconds} s; the page says: {shown}")

    def click(self, selector):
        self.wait(selector)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def fill(self, selector, text):
        self.wait(selector)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        self.insert(text)

    def choose_file(self, selector, path):
        self.wait(selector)
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def insert(self, text):
        self.call("Input.insertText", text=text)

    def press(self, key):
        code, text = KEYS[key]
        facts = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code}
        self.call(
            "Input.dispatchKeyEvent", type="keyDown", **facts, **({"text": text} if text else {})
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def tab_to(self, selector, at_most=60):
        """Press Tab until the focus is there; on the way it never is where nobody sees it."""
        reached = f"document.activeElement.matches({json.dumps(selector)})"
        for _number in range(at_most):
            if self.evaluate(reached):
                return
            self.press("Tab")
            time.sleep(0.03)
            focus = self.evaluate(FOCUS)
            self.case.assertFalse(focus["hidden"], f"nobody sees the focus on {focus['name']}")
        shown = self.evaluate("document.querySelector('.o_esign_side')?.innerText")
        raise AssertionError(f"{selector} can't be reached by the Tab key; beside it: {shown}")

    def size(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def connect(self, is_connected):
        self.call(
            "Network.emulateNetworkConditions",
            offline=not is_connected,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    @contextmanager
    def meanwhile(self):
        """The test works in the database while a page is open, whose requests wait."""
        with _registry_test_lock:
            yield
            self.case.cr.flush()
            self.case.cr.clear()

    def check(self, state, part=None):
        """Nothing refused by the policy, nothing asked elsewhere, no barrier, nothing cut off.

        Where the page is Odoo's around ours, ``part`` selects what is ours.
        """
        problems = self.evaluate(f"esignCheckPage({json.dumps(state)}, {json.dumps(part)})")
        self.case.assertFalse(problems, "\n".join(problems))


@contextmanager
def page_browser(case, login=None):
    """Open a browser whose pages are all watched; the test's own cursor rests meanwhile."""
    browser = PageBrowser(case)
    try:
        with case.allow_requests(browser=browser.chrome):
            case.authenticate(login, login, browser=browser.chrome)
            case.cr.flush()
            case.cr.clear()
            for script in watching():
                browser.call("Page.addScriptToEvaluateOnNewDocument", source=script)
            browser.call("Network.enable")
            yield browser
            browser.open("about:blank")
            case._wait_remaining_requests()
    finally:
        browser.chrome.stop()

"""A headless Chromium driven over the DevTools protocol."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

import websocket

from . import machine, paths
from .say import Stop

FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium's sandbox refuses root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)

LOGIN_FORM = 'form.oe_login_form, form[action*="/web/login"]'
SETTLED = """
    Promise.race([
        new Promise((done) => setTimeout(done, 5000)),
        Promise.all([
            document.fonts.ready,
            ...[...document.images]
                .filter((image) => !image.complete && image.loading !== "lazy")
                .map((image) => new Promise((done) => { image.onload = image.onerror = done; })),
        ]),
    ]).then(() => true)
"""


def executable():
    for name in machine.BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise Stop("no Chromium is installed: run 'apt-get install chromium' as root.")


class BrowserError(Exception):
    """The page or the browser reported an error."""


class Browser:
    """`with Browser(1280, 900) as browser: browser.open(url)`"""

    def __init__(self, width=1280, height=900, mobile=False):
        self.width, self.height, self.mobile = width, height, mobile
        self.numbers = itertools.count(1)
        self.events = []

    def __enter__(self):
        environment = paths.child_environment()
        self.profile = tempfile.mkdtemp(prefix="chromium-", dir=environment.get("TMPDIR"))
        self.process = subprocess.Popen(
            [
                executable(),
                *FLAGS,
                f"--user-data-dir={self.profile}",
                f"--window-size={self.width},{self.height}",
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        if getattr(self, "socket", None):
            with contextlib.suppress(Exception):
                self.call("Browser.close")
            self.socket.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _connect(self):
        port_file = Path(self.profile) / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not (port_file.exists() and port_file.read_text().count("\n")):
            if time.monotonic() > end or self.process.poll() is not None:
                raise Stop("Chromium did not start.")
            time.sleep(0.1)
        port, path = port_file.read_text().split("\n")[:2]
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}{path}", timeout=60, suppress_origin=True
        )
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call("Network.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=self.width,
            height=self.height,
            deviceScaleFactor=2 if self.mobile else 1,
            mobile=self.mobile,
        )
        if self.mobile:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
            self.call("Emulation.setUserAgentOverride", userAgent=PHONE)

    def call(self, method, **params):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") != number:
                self._keep(answer)
                continue
            if "error" in answer:
                raise BrowserError(f"{method}: {answer['error'].get('message')}")
            return answer["result"]

    def _keep(self, event):
        if "method" in event:
            self.events.append(event)

    def evaluate(self, expression):
        """The value of a JavaScript expression in the page; a promise is awaited."""
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return result["result"].get("value")

    def open(self, url, seconds=60):
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise Stop(f"the page {url} can't be opened: {result['errorText']}")
        self.wait_for("document.readyState === 'complete'", seconds)

    def wait_for(self, expression, seconds=30):
        """Wait until the expression is true; it may fail while the page is being changed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(BrowserError):
                if self.evaluate(f"!!({expression})"):
                    return
            time.sleep(0.1)
        raise BrowserError(f"after {seconds} s still not: {expression}")

    def settle(self, seconds=0.5):
        """Wait for Odoo's web client, fonts and images, and a moment for what scripts draw."""
        with contextlib.suppress(BrowserError):  # a page that never gets there is shown as it is
            self.wait_for(
                "!document.querySelector('body.o_web_client')"
                " || document.querySelector('.o_action_manager > *, .o_dialog')",
                40,
            )
        self.evaluate(SETTLED)
        time.sleep(seconds)

    def log_in(self, url, login, password):
        root = urllib.parse.urlsplit(url)
        self.open(f"{root.scheme}://{root.netloc}/web/login")
        self.wait_for(f"document.querySelector({json.dumps(LOGIN_FORM)})")
        self.evaluate(
            f"(() => {{ const form = document.querySelector({json.dumps(LOGIN_FORM)});"
            f" form.querySelector('[name=login]').value = {json.dumps(login)};"
            f" form.querySelector('[name=password]').value = {json.dumps(password)};"
            " HTMLFormElement.prototype.submit.call(form); })()"
        )
        self.wait_for("!location.pathname.startsWith('/web/login')")

    def picture(self, full_page=False):
        """A PNG of the page, base64."""
        if not full_page:
            return self.call("Page.captureScreenshot", format="png")["data"]
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": self.width, "height": size["height"], "scale": 1}
        return self.call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip
        )["data"]

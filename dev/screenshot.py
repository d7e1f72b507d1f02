"""Save a web page as a picture, as a desktop or a phone shows it.

.dev/venv/bin/python dev/screenshot.py URL OUT.png [--width W] [--height H] [--mobile]
    [--full-page] [--login admin] [--password admin] [--wait SECONDS] [--js EXPRESSION]
"""

import argparse
import base64
import sys
from pathlib import Path

from devenv import say
from devenv.browser import Browser


def parse(words):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("out", type=Path)
    parser.add_argument("--width", type=int)
    parser.add_argument("--height", type=int)
    parser.add_argument("--mobile", action="store_true", help="a phone: 390 x 844, touch")
    parser.add_argument("--full-page", action="store_true", help="the whole height of the page")
    parser.add_argument("--login", help="log in to Odoo first; the password is the same by default")
    parser.add_argument("--password")
    parser.add_argument(
        "--wait", type=float, default=1.5, help="seconds after the page has settled"
    )
    parser.add_argument("--js", help="JavaScript to run before the picture (a promise is awaited)")
    return parser.parse_args(words)


def shoot(words):
    wanted = parse(words)
    width = wanted.width or (390 if wanted.mobile else 1280)
    height = wanted.height or (844 if wanted.mobile else 900)
    with Browser(width, height, mobile=wanted.mobile) as browser:
        if wanted.login:
            browser.log_in(wanted.url, wanted.login, wanted.password or wanted.login)
        browser.open(wanted.url)
        browser.settle(wanted.wait)
        if wanted.js:
            browser.evaluate(wanted.js)
            browser.settle(wanted.wait)
        wanted.out.parent.mkdir(parents=True, exist_ok=True)
        wanted.out.write_bytes(base64.b64decode(browser.picture(full_page=wanted.full_page)))
    say.line(f"{wanted.out} ({width} x {height})")


if __name__ == "__main__":
    say.main(shoot, sys.argv[1:])

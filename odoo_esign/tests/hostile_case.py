"""What the tests of hostile texts share."""

import re

import lxml.html

from .common import EsignHttpCase

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
RUNS = re.compile(r"^\s*(javascript|data|vbscript|file):", re.IGNORECASE)


class HostileCase(EsignHttpCase):
    def assertHarmlessHtml(self, text, what):
        """Assert that a page or mail, read as browsers do, holds no script but our own."""
        for element in lxml.html.fromstring(text).iter(lxml.etree.Element):
            script = element.text or ""
            self.assertNotIn("pwned", script if element.tag == "script" else "", what)
            own = element.tag == "details" and "o_esign_card" in element.get("class", "")
            if not own:
                self.assertNotIn(element.tag, ("iframe", "base", "math", "details", "video"), what)
            for name, value in element.attrib.items():
                if name != "props" and value != "__odooAssetError=1":  # Odoo's own
                    self.assertFalse(name.startswith("on"), (what, name, value[:80]))
                if name in ("href", "src", "action", "formaction", "srcdoc"):
                    self.assertFalse(RUNS.match(value) and "image/" not in value, (what, value))
                if name in ("src", "action"):
                    self.assertFalse(value.startswith("http://192"), (what, value))

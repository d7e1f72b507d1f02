import re
from pathlib import Path

from odoo.tools.misc import file_path

from ..controllers.pdf_library import library_addresses
from .common import EsignHttpCase


class TestPdfLibrary(EsignHttpCase):
    """Odoo's own pdf.js, smaller on the way."""

    def test_content(self):
        for name, address in library_addresses().items():
            theirs = Path(file_path(f"web/static/lib/pdfjs/build/{name}")).read_bytes()
            for accepted, sent in (("gzip, br", "gzip"), ("gzip;q=0", None), ("identity", None)):
                with self.subTest(name=name, accepted=accepted):
                    answer = self.url_open(address, headers={"Accept-Encoding": accepted})
                    self.assertEqual(answer.status_code, 200)
                    self.assertEqual(answer.content, theirs)  # unpacked by the test's client
                    self.assertEqual(answer.headers.get("Content-Encoding"), sent)
                    self.assertTrue(answer.headers["Content-Type"].startswith("text/javascript"))
                    self.assertIn("immutable", answer.headers["Cache-Control"])
                    self.assertEqual(answer.headers["Vary"], "Accept-Encoding")
                    if sent:
                        self.assertLess(int(answer.headers["Content-Length"]), len(theirs) / 4)

    def test_nothing_else(self):
        """No other version is said to be this one, and no other file comes this way."""
        address = library_addresses()["pdf.js"]
        version = re.search("[0-9a-f]{16}", address)[0]
        wrong = (
            address.replace(version, "0" * 16),
            address.replace("pdf.js", "pdf.sandbox.js"),
            address.replace("pdf.js", "..%2Fpdf.js"),
        )
        for path in wrong:
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)

    def test_page_names_them(self):
        envelope = self.send(self.make_envelope())
        page = self.url_open(self.link_of(envelope.signer_ids)).text
        for address in library_addresses().values():
            self.assertIn(f'"{address}"', page)

"""The secret of a link reaches no log, however the address is spelled."""

import logging
import secrets

from odoo.tests import BaseCase, tagged

from ..controllers.redact_log import RedactLinks
from ..models.mail_message import redact

TOKEN = secrets.token_urlsafe(32)


@tagged("post_install", "-at_install")
class TestRedaction(BaseCase):
    def test_all_spellings(self):
        for link in (
            "/esign/s/",
            "//esign/s/",
            "/esign//s///",
            "/fr_FR/esign/s/",
            "/%65sign/s/",
            "/esign/%73/",
            "/%65%73%69%67%6E/%73/",
            "/%45SIGN/s/",
            "/ESIGN/S/",
            "/%2565sign/s/",
            "esign%2Fs%2F",
            "esign%252fs%252f",
            "https%3A%2F%2Fx.example%2Fesign%2Fs%2F",
            "esign\\s\\",
            "/x/../esign/s/",
            "?redirect=/esign/s/",
        ):
            for said in (f"GET {link}{TOKEN} HTTP/1.1", f"Referer: http://a/{link}{TOKEN}?x#y"):
                clean = redact(said)
                self.assertNotIn(TOKEN, clean, link)
                self.assertNotIn(TOKEN[8:24], clean, link)
                self.assertTrue(clean.startswith(said[:4]))

    def test_secret_itself_encoded(self):
        encoded = "".join(f"%{ord(char):02x}" for char in TOKEN)
        self.assertNotIn(encoded[:30], redact(f"HEAD /esign/s/{encoded} HTTP/1.1"))

    def test_other_texts_stay(self):
        for text in (
            "/esign/sign/abcdefghijklmnop/status",
            "/esign/verify/ABCDE-FGHJK-MNPQR-STVWX",
            "design/s/abcdefghijklmnopqrstuvwxyz",
            "100 % of esign/s/ are short",
            "",
            None,
        ):
            self.assertEqual(redact(text), text)

    def test_records_with_tracebacks_and_stacks(self):
        link = f"http://x/esign/s/{TOKEN}"
        try:
            raise ValueError(f"no answer for {link}")
        except ValueError as error:
            record = logging.makeLogRecord(
                {
                    "msg": "%s failed (%s)",
                    "args": (link, 5),
                    "exc_info": (ValueError, error, error.__traceback__),
                    "stack_info": f"Stack: url = {link}",
                }
            )
        self.assertTrue(RedactLinks().filter(record))
        said = logging.Formatter().format(record)
        self.assertNotIn(TOKEN, said)
        self.assertIn("failed (5)", said)
        self.assertIn("ValueError: no answer", said)
        self.assertIn("Stack: url = http://x/esign/s/", said)

    def test_malformed_record_is_left_to_logging(self):
        record = logging.makeLogRecord({"msg": "%d", "args": ("x",)})
        self.assertTrue(RedactLinks().filter(record))

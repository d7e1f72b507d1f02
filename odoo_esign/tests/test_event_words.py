"""What the log says to people: every code has words, in their language, whatever it holds."""

import ast
import re
from pathlib import Path

from odoo.tests import tagged

from ..evidence import chain
from ..models.esign_event_words import VARIANTS, WORDS
from .common import EsignCase

MODULE = Path(__file__).parent.parent
DOCS = MODULE.parent / "docs" / "evidence.md"


def logged_codes():
    """Return every code that the product's source hands to ``_log``."""
    codes = set()
    for path in MODULE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_log":
                codes |= texts_in(node.args[0], path)
    return codes


def texts_in(node, path):
    if isinstance(node, ast.IfExp):
        return texts_in(node.body, path) | texts_in(node.orelse, path)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    raise AssertionError(f"{path.name}:{node.lineno}: a code that no test can read")


@tagged("post_install", "-at_install")
class TestEventWords(EsignCase):
    def test_every_code_has_words(self):
        self.assertLessEqual(logged_codes(), set(WORDS))

    def test_every_code_is_documented(self):
        if not DOCS.exists():
            self.skipTest("the documentation is not installed with the module")
        rows = re.findall(r"^\| (`.*?) \|", DOCS.read_text(), re.M)
        documented = [code for row in rows for code in re.findall(r"`(\w+)`", row)]
        self.assertEqual(sorted(documented), sorted(WORDS))

    def test_icons_and_tones(self):
        for words in (*WORDS.values(), *VARIANTS.values()):
            self.assertRegex(words.icon, r"^fa-[a-z0-9-]+$")
            self.assertIn(words.tone, ("", "good", "bad"))

    def test_a_whole_story(self):
        """Every line of a real log gives a full sentence, with nothing left to fill in."""
        envelope = self.sign_all(self.send_new([self.customer]))
        document = envelope.document_ids
        said = {event.code: event.sentence for event in envelope.event_ids}
        for code, sentence in said.items():
            self.assertTrue(sentence, code)
            self.assertNotRegex(sentence, r"%\(|“”|  | , |: *$", code)
            self.assertNotEqual(sentence, code)
        self.assertEqual(said["requested"], "Sam Sender asked for signatures on “Agreement”")
        self.assertEqual(
            said["invited"], "Clara Customer was invited by email to clara@example.org"
        )
        self.assertIn(document.name, said["certified"])
        self.assertEqual(
            said["signed"], "Clara Customer signed as “Clara Customer” (192.0.2.7)"
        )
        self.assertIn("the built-in time stamper", said["stamped"])

    def test_device(self):
        envelope = self.send_new()
        android = (
            "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"
        )
        self.sign(envelope.signer_ids, network={"user_agent": android})
        signed = envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertTrue(signed.sentence.endswith("(Firefox on Android, 192.0.2.7)"))
        self.assertTrue(signed.by_person)
        self.assertEqual(signed.actor_name, "Clara Customer")
        self.assertEqual(signed.tone, "good")

    def test_the_sender_signs(self):
        envelope = self.send_new([{"partner_id": self.sender.partner_id.id}])
        self.sign(envelope.signer_ids)
        signed = envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertIn("who is also the sender", signed.sentence)
        self.assertEqual(signed.tone, "bad")

    def test_in_the_readers_language(self):
        """The log stays as it is; what is said about it changes with who reads."""
        self.env["res.lang"]._activate_lang("fr_FR")
        envelope = self.send_new()
        event = envelope.event_ids.filtered(lambda e: e.code == "invited")
        self.env["ir.module.module"]._load_module_terms(["odoo_esign"], ["fr_FR"])
        english = event.with_context(lang="en_US").label
        french = event.with_context(lang="fr_FR").label
        self.assertEqual(english, "Invited")
        self.assertNotEqual(french, english)
        self.assertEqual(envelope._verify_log(), [])

    def test_whatever_a_line_holds(self):
        """Somebody who owns the database wrote into it: it is shown, and nothing breaks."""
        envelope = self.send_new()
        last = envelope.event_ids.sorted("seq")[-1]
        odd = ['{"name": 5, "pages": [1], "to": "x"}', "[]", "no JSON", "5", '{"name": "%(x)s %"}']
        odd += ['{"pages": {"1": {}, "x": 3}, "seconds": "y", "document": 999999, "to": -1}']
        number = last.seq
        for code in (*WORDS, "unheard_of", "%s"):
            for data in odd:
                number += 1
                self.env.cr.execute(
                    """INSERT INTO esign_event
                         (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
                       VALUES (%s, %s, %s, %s, 'never', %s, 'user:x', %s, %s)""",
                    [envelope.id, self.company.id, number, chain.GENESIS, code, data, "0" * 64],
                )
        self.env.invalidate_all()
        events = self.env["esign.event"].search([("envelope_id", "=", envelope.id)])
        self.assertEqual(len(events), number)
        for event in events:
            self.assertTrue(event.sentence, event.data)
            self.assertTrue(event.label)
            self.assertTrue(event._local_time())
        self.assertTrue(envelope._verify_log())

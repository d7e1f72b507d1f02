import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from ..models.in_words import does_not_hold_up, in_words, kept
from ..pades.errors import StampFailed
from ..pades.problems import Problem
from ..pades.words import Sentence
from .common import EsignCase

GERMAN = {
    "no time stamp could be obtained: %(reasons)s": "kein Zeitstempel: %(reasons)s",
    "no answer within %(timeout)s seconds": "keine Antwort in %(timeout)s Sekunden",
    "What was signed does not hold up when it is read back: %(found)s": "Hält nicht: %(found)s",
    "The certificate was revoked.": "Das Zertifikat wurde widerrufen.",
    "%(where)s: the log does not know this signature": "%(where)s: unbekannt",
}


@tagged("post_install", "-at_install")
class TestInWords(EsignCase):
    """What the signature engine finds wrong is said in the language of who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        known = code_translations.get_python_translations

        def translations(module, lang):
            own = GERMAN if (module, lang) == ("odoo_esign", "de_DE") else {}
            return {**known(module, lang), **own}

        patcher = patch.object(code_translations, "get_python_translations", translations)
        cls.addClassCleanup(patcher.stop)
        patcher.start()
        cls.german = cls.env(context={"lang": "de_DE"})

    def failure(self):
        late = Sentence("no answer within %(timeout)s seconds", timeout=5)
        reasons = [Sentence("%(host)s: %(why)s", host="tsa.example", why=late)]
        return StampFailed(
            Sentence("no time stamp could be obtained: %(reasons)s", reasons=reasons), "timeout"
        )

    def test_sentences_in_sentences(self):
        self.assertEqual(
            in_words(self.german, self.failure().sentence),
            "kein Zeitstempel: tsa.example: keine Antwort in 5 Sekunden",
        )
        self.assertEqual(
            in_words(self.env, self.failure().sentence),
            "no time stamp could be obtained: tsa.example: no answer within 5 seconds",
        )
        self.assertEqual(in_words(self.german, "as it is: 100 %"), "as it is: 100 %")

    def test_problems_by_their_code(self):
        problems = [Problem("revoked", "revoked", "s1"), Problem("odd", "nobody knows %s", None)]
        self.assertEqual(
            in_words(self.german, does_not_hold_up(problems)),
            "Hält nicht: s1: Das Zertifikat wurde widerrufen.; nobody knows %s",
        )

    def test_on_the_job_in_the_language_of_the_responsible(self):
        envelope = self.make_envelope()
        envelope.user_id.lang = "de_DE"
        envelope.action_send()
        work = "odoo.addons.odoo_esign.models.esign_job_prepare.EsignJobPrepare._work_prepare"
        with patch(work, side_effect=self.failure()):
            job = self.run_jobs(allow_failures=True)
        self.assertEqual(job.state, "pending")
        self.assertEqual(job.error, "kein Zeitstempel: tsa.example: keine Antwort in 5 Sekunden")

    def test_kept_as_json_until_somebody_reads_it(self):
        why = does_not_hold_up([Problem("revoked", "revoked", "s1"), Sentence("odd")])
        stored = json.loads(json.dumps(kept(why)))
        for env in (self.env, self.german):
            self.assertEqual(in_words(env, stored), in_words(env, why))
        self.assertEqual(
            kept(Sentence("%(link)s", link="secret"), clean=lambda text: text.upper()),
            {"template": "%(link)s", "values": {"link": "SECRET"}},
        )

    def test_changed_in_the_database(self):
        for odd in ({}, {"template": "%(x)s"}, {"template": "%d", "values": {"x": "y"}}, [{}]):
            self.assertIsInstance(in_words(self.german, odd), str)

    def test_job_in_the_language_of_whoever_looks(self):
        envelope = self.make_envelope()
        envelope.action_send()
        work = "odoo.addons.odoo_esign.models.esign_job_prepare.EsignJobPrepare._work_prepare"
        with patch(work, side_effect=self.failure()):
            job = self.run_jobs(allow_failures=True)
        german = "kein Zeitstempel: tsa.example: keine Antwort in 5 Sekunden"
        self.assertIn("no answer within 5", job.why)
        self.assertEqual(job.with_env(self.german).why, german)
        job.state = "attention"
        self.assertIn(german, envelope.with_env(self.german).attention_reason)
        job.error = "something else"
        self.assertEqual(job.with_env(self.german).why, "something else")

    # ------------------------------------------------------------- evidence
    def alert(self, kind, facts, number=0):
        return self.env["esign.alert"]._report(self.company.id, {(number, kind): facts}, set())

    def test_why_there_is_no_anchor(self):
        check, anchor = self.env["esign.check"], type(self.env["esign.anchor"])
        envelope = self.send_new()
        long_ago = fields.Datetime.now() - timedelta(days=9)
        with (
            patch.object(anchor, "_make", side_effect=self.failure()),
            patch.object(type(check), "_without_anchor_since", lambda *_args: long_ago),
            mute_logger("odoo.addons.odoo_esign.models.esign_check"),
        ):
            check._anchor(self.company.id)
        alert = self.env["esign.alert"].search([("kind", "=", "late")])
        self.assertIn("no answer within 5 seconds", alert.text)
        german = alert.with_env(self.german).text
        self.assertIn("kein Zeitstempel: tsa.example: keine Antwort in 5 Sekunden", german)
        self.assertTrue(envelope.exists())

    def test_what_does_not_hold_up(self):
        envelope = self.send_new()
        found = [Sentence("%(name)s, %(problem)s", name="A", problem=Problem("revoked", "x", "s1"))]
        alert = self.alert("seal", {"problems": kept(found)}, envelope.id)
        self.assertIn("A, s1: Das Zertifikat", alert.with_env(self.german).text)
        [line] = envelope.event_ids.filtered(lambda e: e.code == "alert")
        self.assertIn("A, x", line.data)
        self.assertNotIn("template", line.data)

    def test_time_stamp_that_is_not_renewed(self):
        why = kept(self.failure().sentence)
        alert = self.alert("renewal", {"documents": ["A"], "ends": "2030-01-01", "why": why})
        self.assertIn("keine Antwort in 5 Sekunden", alert.with_env(self.german).text)
        self.assertIn("no answer within 5 seconds", alert.text)

    def test_the_deep_check_of_a_log(self):
        """A signature that the log knows nothing of, and one that was revoked."""
        envelope = self.sign_all(self.send_new())
        module = "odoo.addons.odoo_esign.models.esign_envelope_verify"
        with (
            patch(f"{module}.check_sealed", return_value=[Problem("revoked", "revoked", "s1")]),
            patch.object(type(envelope), "_logged_seals", return_value={}),
        ):
            problems = envelope.with_env(self.german).check_timeline()["problems"]
        texts = [problem["text"] for problem in problems]
        self.assertIn("Agreement 1: s1: Das Zertifikat wurde widerrufen.", texts)
        self.assertIn("Agreement 1, company: unbekannt", texts)

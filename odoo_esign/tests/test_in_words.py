from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.translate import code_translations

from ..models.in_words import does_not_hold_up, in_words
from ..pades.errors import StampFailed
from ..pades.problems import Problem
from ..pades.words import Sentence
from .common import EsignCase

GERMAN = {
    "no time stamp could be had: %(reasons)s": "kein Zeitstempel: %(reasons)s",
    "no answer within %(timeout)s seconds": "keine Antwort in %(timeout)s Sekunden",
    "What was signed does not hold up when it is read back: %(found)s": "Hält nicht: %(found)s",
    "The certificate was revoked.": "Das Zertifikat wurde widerrufen.",
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
            Sentence("no time stamp could be had: %(reasons)s", reasons=reasons), "timeout"
        )

    def test_sentences_in_sentences(self):
        self.assertEqual(
            in_words(self.german, self.failure().sentence),
            "kein Zeitstempel: tsa.example: keine Antwort in 5 Sekunden",
        )
        self.assertEqual(
            in_words(self.env, self.failure().sentence),
            "no time stamp could be had: tsa.example: no answer within 5 seconds",
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

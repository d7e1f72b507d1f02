"""What the sender is told is in the sender's language, whatever language its cause speaks."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from ..models.esign_signer_identify import MAX_TRIES_EVER
from ..models.guard import unlocked
from .common import NETWORK, EsignCase
from .test_purchase import PurchaseCase


class Marked(dict):
    """Translations of every text there is: the language, and the English text."""

    def __init__(self, lang):
        super().__init__()
        self.lang = lang

    def get(self, source, default=None):
        return f"[{self.lang}] {source}"


class Languages:
    """Every text of the module says in which language it was put."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("de_DE", "fr_FR", "cs_CZ"):
            cls.env["res.lang"]._activate_lang(lang)
        known = code_translations.get_python_translations

        def translations(module, lang):
            return Marked(lang) if module == "odoo_esign" else known(module, lang)

        patcher = patch.object(code_translations, "get_python_translations", translations)
        cls.addClassCleanup(patcher.stop)
        patcher.start()


@tagged("post_install", "-at_install")
class TestSendersLanguage(Languages, EsignCase):
    """A German sender, a French participant, and a Czech approver after that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sender.lang, cls.customer.lang, cls.manager.lang = "de_DE", "fr_FR", "cs_CZ"

    def set_the_scene(self):
        self.envelope = self.send_new(
            [
                {"partner_id": self.customer.id, "step": 1},
                {"partner_id": self.manager.partner_id.id, "step": 2, "identification": "login"},
            ],
            allow_delegation=True,
        )
        first, self.last = self.envelope.signer_ids
        # as the page has it
        self.signer = first.with_context(lang=first._lang())
        self.assertEqual(self.signer.env.lang, "fr_FR")

    def assertTold(self, *words):
        """The newest note is in German, and so is its mail's subject."""
        message = self.envelope.message_ids[:1]
        self.assertIn(self.sender.partner_id, message.partner_ids)
        self.assertIn("[de_DE]", message.body)
        self.assertIn("[de_DE]", message.subject)
        text = f"{message.body}\n{message.subject}"
        self.assertNotIn("[fr_FR]", text)
        for word in words:
            self.assertIn(word, text)

    def test_wrong_codes(self):
        unlocked(self.signer.sudo()).write({"code_tries": MAX_TRIES_EVER})
        self.signer._log_wrong_code("mail_code")
        self.assertTold("is locked out")

    def test_delegation(self):
        answer = self.signer._delegate(
            {"name": "Odile Other", "email": "odile@example.org", "reason": "On leave"}, NETWORK
        )
        self.assertTold("Odile Other", "On leave")
        self.assertIn("[fr_FR]", answer["message"])

    def test_question(self):
        answer = self.signer._ask("Combien ?", NETWORK)
        self.assertTold("Combien ?")
        self.assertIn("[fr_FR]", answer["message"])

    def test_refusal(self):
        self.signer._decline("Trop cher", NETWORK)
        self.run_jobs()
        self.assertTold("Trop cher")

    def test_deadline(self):
        past = fields.Datetime.now() - timedelta(hours=1)
        unlocked(self.envelope).write({"date_deadline": past})
        self.envelope.with_context(lang="fr_FR")._expire()
        self.assertTold("has expired")

    def test_mail_that_came_back(self):
        """The last mails are no problem of a participant, but news for the sender."""
        self.signer._decline("Trop cher", NETWORK)
        self.run_jobs()
        post = self.env["esign.post"]._note(self.signer, "mail", "declined", "<1@x>", "a@x.org")
        post.with_context(lang="fr_FR")._answered("bounced", "5.1.1", "no such user")
        self.run_jobs()
        self.assertTold("Email bounced")

    def test_whoever_is_next_is_asked_in_their_own(self):
        self.assertTrue(self.sign(self.signer)["ok"])
        activity = self.envelope.activity_ids.filtered(lambda a: a.user_id == self.manager)
        self.assertIn("[cs_CZ]", activity.summary)
        self.run_jobs()


@tagged("post_install", "-at_install")
class TestBuyersLanguage(Languages, PurchaseCase):
    """The buyer of an order may be another user than the one who had it approved."""

    def test_refused_approval(self):
        order = self.confirm(user=self.buyer)
        self.sender.group_ids += self.env.ref("purchase.group_purchase_user")
        self.buyer.lang, order.user_id, self.sender.lang = "fr_FR", self.sender, "de_DE"
        signer = self.envelope_of(order).signer_ids[0]
        signer._decline("Not in the budget", NETWORK)
        self.run_jobs()
        activity = order.activity_ids.filtered(lambda a: a.user_id == self.sender)
        self.assertIn("[de_DE]", activity.summary)
        self.assertIn("[de_DE]", str(activity.note))

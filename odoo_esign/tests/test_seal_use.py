"""Which seal is used, what happens when it can't, and other add-ons' kinds."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.esign_seal_method import Subject
from ..pades.authority import issue_leaf
from ..pades.errors import SealRefused, SealUnavailable
from ..pades.seals.pem import as_pem
from ..pades.signer import KeptKeySigner
from .registry import AddModels
from .seals import SealCase

PKCS12 = "odoo.addons.odoo_esign.models.esign_seal_pkcs12"


@tagged("post_install", "-at_install")
class TestChoosing(SealCase):
    def test_first_enabled_one_wins(self):
        builtin = self.company._esign_seal()
        first, second = self.make_seal(state="enabled"), self.make_seal(sequence=2)
        self.assertEqual(self.company._esign_seal(), first)
        self.set(second, state="enabled", sequence=0)
        self.assertEqual(self.company._esign_seal(), second)
        self.set(second, state="test")
        self.assertEqual(self.company._esign_seal(), first, "test mode only where nothing else is")
        self.set(first, state="disabled")
        self.assertEqual(self.company._esign_seal(), builtin)
        self.set(builtin, state="disabled")
        self.assertEqual(self.company._esign_seal(), second)
        self.set(second, state="disabled")
        with self.assertRaisesRegex(UserError, "has no seal"):
            self.send(self.make_envelope())

    def test_test_mode_is_told(self):
        self.set(self.company._esign_seal(), state="disabled")
        self.make_seal(state="test")
        envelope = self.sign_all(self.send_new())
        self.assertTrue(envelope.seal_is_test)
        self.assertTrue(envelope.signer_ids._signing_page("")["envelope"]["is_test"])
        mails = self.mails_to(envelope.signer_ids.email)
        self.assertEqual(len(mails), 2, "invitation and signed copy")
        for mail in mails:
            self.assertIn("This is a test.", self.body_of(mail))
        self.assertIn("TEST", " ".join(envelope.signature_ids._stamp(envelope.document_ids).lines))

    def test_other_company_has_its_own(self):
        self.make_seal(state="enabled")
        self.assertEqual(self.other_company._esign_seal().code, "builtin")

    def test_disabled_meanwhile(self):
        """What was signed waits, and goes on as soon as the seal is enabled again."""
        seal = self.make_seal(state="enabled")
        envelope = self.send_new()
        self.set(seal, state="disabled")
        self.assertEqual(seal.open_count, 1)
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        failed = self.run_jobs(allow_failures=True)
        self.assertEqual((failed.kind, failed.state), ("apply", "pending"))
        self.assertIn("is disabled", failed.error)
        failed.write({"state": "attention"})
        self.set(seal, state="enabled")
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_expired_meanwhile(self):
        seal = self.make_seal(state="enabled")
        envelope, draft = self.send_new(), self.make_envelope()
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        self.expire(seal)
        failed = self.run_jobs(allow_failures=True)
        self.assertIn("has expired", failed.error)
        self.assertEqual(failed.state, "pending")
        with self.assertRaisesRegex(UserError, "has expired"):
            self.send(draft)
        # the new file has another chain: what the old one signed stays good
        self.set(seal, pkcs12_file=self.file("p256"))
        self.assertEqual(seal.subject, "Outside p256")
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def expire(self, seal):
        """The seal's certificate ended meanwhile."""
        data = self.outside.certificate("expired")
        seal.certificates = as_pem([data, *seal._certificates()[1:]])

    def test_key_that_is_gone(self):
        seal = self.make_seal(state="enabled")
        envelope = self.send_new()
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        seal._secret_set("pkcs12_file", None)
        failed = self.run_jobs(allow_failures=True)
        self.assertIn("lacks: Key file", failed.error)
        self.assertEqual(failed.state, "pending")
        with self.assertRaisesRegex(UserError, "lacks: Key file"):
            self.send(self.make_envelope())
        self.set(seal, pkcs12_file=self.file())
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_refused_while_signing(self):
        """What does not pass by waiting asks for attention; testing the seal takes it up again."""
        seal = self.make_seal(state="enabled")
        envelope = self.send_new()
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        with patch(f"{PKCS12}.open_pkcs12", side_effect=SealRefused("broken", "format")):
            failed = self.run_jobs(allow_failures=True)
        self.assertEqual((failed.state, envelope.state), ("attention", "signed"))
        self.assertTested(seal)
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_not_there_for_a_moment(self):
        self.make_seal(state="enabled")
        envelope = self.send_new()
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        with patch(f"{PKCS12}.open_pkcs12", side_effect=SealUnavailable("away", "token")):
            failed = self.run_jobs(allow_failures=True)
        self.assertEqual((failed.state, envelope.state), ("pending", "signed"))


@tagged("post_install", "-at_install")
class TestSealForm(SealCase):
    def test_form(self):
        with Form(self.env["esign.seal"].with_user(self.esign_admin)) as form:
            form.name = "Seal of 2027"
            form.code = "pkcs12"
            form.pkcs12_file = self.file()
            form.pkcs12_password = self.password
            form.state = "enabled"
        seal = form.save()
        self.assertEqual((seal.subject, seal.state), ("Outside rsa", "enabled"))
        with Form(seal) as form:
            self.assertEqual(form.pkcs12_password, "********")
            form.name = "Renamed"
        self.assertEqual(seal.sudo()._secret_get("pkcs12_password"), self.password.encode())
        self.assertIn("Key file", seal.kept_secrets)

    def test_kind_and_company_stay(self):
        seal = self.make_seal()
        self.assertRefuses(seal, "Create a new seal", code="builtin")
        self.assertRefuses(seal, "Create a new seal", company_id=self.other_company.id)
        self.set(seal, code="pkcs12", company_id=self.company.id)

    def test_seal_in_use_stays(self):
        seal = self.make_seal(state="enabled")
        self.send_new()
        with self.assertRaisesRegex(UserError, "disabled, but not deleted"):
            self.rpc(self.esign_admin, "esign.seal", "unlink", seal.ids)
        self.assertTrue(seal.exists())

    def test_facts_of_an_old_key_are_forgotten(self):
        seal = self.make_seal()
        self.set(seal, pkcs12_file=False)
        self.assertFalse(seal.subject or seal.certificates or seal.ends)
        self.assertIn(self.outside.root, seal._all_roots(), "what was signed still leads there")

    def test_chatter_says_who_did_what(self):
        seal = self.make_seal()
        self.env.cr.precommit.run()
        self.set(seal, state="test", pkcs12_password=self.password)
        self.env.cr.precommit.run()
        messages = seal.message_ids.filtered(lambda m: m.author_id == self.esign_admin.partner_id)
        bodies = " ".join(map(str, messages.mapped("body")))
        self.assertIn("Entered: Password of the key file", bodies)
        self.assertNotIn(self.password, bodies)
        changes = seal.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "state"
        )
        self.assertEqual(changes.mapped("new_value_char"), ["Test Mode"])
        self.assertFalse(
            seal.message_ids.tracking_value_ids.filtered(
                lambda value: value.field_id.name in seal._secret_fields()
            )
        )

    def test_rights(self):
        seal = self.make_seal()
        for user in (self.sender, self.all_documents, self.no_groups, self.portal):
            for method, *args in (
                ("write", seal.ids, {"state": "enabled"}),
                ("create", [{"name": "Mine", "code": "builtin"}]),
                ("unlink", seal.ids),
                ("action_test", seal.ids),
                ("read", seal.ids, ["pkcs11_module"]),
                ("read", seal.ids, ["csc_url"]),
                ("read", seal.ids, ["extra_certificates"]),
            ):
                with self.subTest(user=user.login, method=method):
                    self.assertAccessError(user, "esign.seal", method, *args)
        self.assertFindsNothing(self.foreigner, "esign.seal", seal.ids)
        self.assertAccessError(self.foreigner, "esign.seal", "action_test", seal.ids)
        for method in ("_try_out", "_load_facts", "_secret_get", "_warn", "_wake_jobs"):
            with self.assertRaises(AccessError):
                self.rpc(self.esign_admin, "esign.seal", method, seal.ids)

    def test_builtin(self):
        seal = self.company._esign_seal()
        self.assertTested(seal, words="the built-in time stamper")
        self.assertTrue(seal.subject and seal.root_name)

    def test_unforeseen(self):
        """An error's text may hold what it stumbled over."""
        seal = self.make_seal(state="enabled")
        broken = patch(f"{PKCS12}.open_pkcs12", side_effect=KeyError(self.password))
        with broken, self.assertLogs("odoo.addons.odoo_esign", "ERROR") as log:
            self.assertTested(seal, good=False, words="KeyError")
        envelope = self.send_new()
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        with broken:
            failed = self.run_jobs(allow_failures=True)
        self.assertIn("can't be opened (KeyError)", failed.error)
        for text in (seal.test_result, failed.error, *log.output):
            self.assertNotIn(self.password, text)

    def test_secrets_never_come_out(self):
        secrets = {
            "pkcs12_file": self.file(),
            "pkcs12_password": self.password,
            "pkcs11_pin": "PIN-8842-neun",
            "csc_client_secret": "client-secret-5567",
            "csc_token": "token-3319-lang",
            "csc_pin": "84-PIN-31",
            "csc_totp": "JBSWY3DPEHPK3PXP",
        }
        seal, names = self.make_seal(**secrets), list(secrets)
        self.assertEqual(len(seal._secret_fields()), len(names), "none is forgotten here")
        found = [
            self.rpc(self.esign_admin, "esign.seal", method, *args)
            for method, *args in (
                ("read", seal.ids),
                ("read", seal.ids, names),
                ("web_read", seal.ids, {name: {} for name in names}),
                ("export_data", seal.ids, [*names, "kept_secrets", "message_ids/body"]),
                ("web_save", seal.ids, {"csc_pin": "84-PIN-31"}, {name: {} for name in names}),
                ("onchange", seal.ids, {"name": "X"}, ["name"], {name: {} for name in names}),
            )
        ]
        self.env.cr.precommit.run()
        copy = seal.copy()
        self.assertFalse(copy.kept_secrets)
        self.assertEqual(copy.state, "disabled")
        found += [
            *map(str, seal.message_ids.mapped("body")),
            seal.message_ids.tracking_value_ids.read(),
            seal._build_plan(Subject("X", None, "")),
        ]
        for secret in secrets.values():
            self.assertNotIn(secret, repr(found))


class SealKms(models.AbstractModel):
    """As another add-on would bring it."""

    _module = None
    _name = "esign.seal.test_kms"
    _description = "Seal: Keys of Our Own Cloud"
    _inherit = "esign.seal.method"

    def _check(self, seal):
        if seal.name == "Nobody pays":
            reason = "The cloud is closed."  # a test's own text needs no translation
            raise UserError(reason)

    def _opener(self, seal, subject):
        authority = self.env["esign.authority"]._get_for(seal.company_id)
        issuing, root = authority._certificate("issuing"), authority._certificate("root")
        leaf = issue_leaf(issuing, authority._private_key("issuing"), common_name=subject.name)

        @contextmanager
        def opened():
            yield KeptKeySigner.from_leaf(leaf, [issuing, root])

        return opened

    def _roots(self, seal):
        return self.env["esign.authority"]._all_of(seal.company_id)._roots()


class SealWithKms(models.Model):
    _module = None
    _name = "esign.seal"
    _inherit = ["esign.seal"]

    code = fields.Selection(
        selection_add=[("test_kms", "Our own cloud")], ondelete={"test_kms": "cascade"}
    )


@tagged("post_install", "-at_install")
class TestOtherAddOn(AddModels, SealCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.add_models(SealKms, SealWithKms)

    def test_signs(self):
        seal = self.make_seal("test_kms", state="enabled")
        self.assertTested(seal)
        envelope = self.sign_all(self.send_new())
        self.assertEqual((envelope.state, envelope.seal_id), ("completed", seal))
        self.assertFalse(envelope._verify_evidence(deep=True))
        self.set(seal, name="Nobody pays")
        with self.assertRaisesRegex(UserError, "closed"):
            self.send(self.make_envelope())

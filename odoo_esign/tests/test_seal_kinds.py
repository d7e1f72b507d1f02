"""Each kind of seal, from the form to a signed document that holds up for decades."""

import datetime
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..pades.longterm import judge
from ..pades.seals import csc_client
from ..pades.seals.pem import as_pem
from ..pades.validate import check_sealed
from . import outside_world
from .seals import SealCase

LATER = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=15 * 365)


@tagged("post_install", "-at_install")
class TestSealKinds(SealCase):
    def assertSigns(self, seal):
        """Enable the seal, send and sign with it, and judge what comes of it, offline."""
        self.set(seal, state="enabled")
        self.assertEqual(seal.root_name, "Outside root")
        envelope = self.sign_all(self.send_new(documents=2))
        self.assertEqual((envelope.state, envelope.seal_id), ("completed", seal))
        self.outside.mode = {"ocsp": "down", "crls": "down"}
        stamps = self.company._esign_stamping().roots
        for document in envelope.document_ids:
            pdf = document._read_pdf("sealed")
            names = ["company", f"s{envelope.signer_ids.id}", "archive_1"]
            for moment in (None, LATER):
                self.assertFalse(
                    check_sealed(
                        pdf,
                        roots=[self.outside.root],
                        stamp_roots=stamps,
                        expected_fields=names,
                        level="B-LTA",
                        moment=moment,
                    )
                )
            verdicts = judge(pdf, roots=[self.outside.root], stamp_roots=stamps, moment=LATER)
            self.assertEqual([v.indication for v in verdicts], ["TOTAL_PASSED"] * 2)
        self.assertFalse(envelope._verify_evidence(deep=True))
        self.assertTrue(envelope.certificate_ids)
        self.assertIn("packaged", self.codes(envelope))
        return envelope

    # ------------------------------------------------------------- key files
    def test_key_file(self):
        seal = self.make_seal()
        self.assertEqual(seal.subject, "Outside rsa", "known before it is enabled")
        self.assertEqual(seal.issuer, "Outside interm")
        self.assertEqual(seal.usage, "digital signature, non-repudiation")
        self.assertEqual(str(seal.valid_until), "2035-01-01 00:00:00")
        self.assertTested(seal, words="PAdES B-LTA")
        envelope = self.assertSigns(seal)
        self.assertFalse(envelope.seal_is_test)

    def test_key_file_is_opened_once(self):
        seal = self.make_seal(state="enabled")
        with patch(
            "odoo.addons.odoo_esign.pades.seals.pkcs12.load_pkcs12",
            side_effect=AssertionError("parsed again"),
        ):
            self.assertTested(seal)

    def test_key_file_without_its_chain(self):
        seal = self.make_seal(pkcs12_file=self.file(chain=()))
        self.assertFalse(seal.subject)
        self.assertIn("chain of certificates is not complete", seal.problem)
        self.assertRefuses(seal, "not complete", state="enabled")
        self.assertRefuses(
            seal, "There are no certificates", state="enabled", extra_certificates="nonsense"
        )
        chain = [self.outside.certificate("interm"), self.outside.root]
        self.set(seal, extra_certificates=as_pem(chain), state="enabled")
        self.assertEqual((seal.subject, seal.problem), ("Outside rsa", False))

    def test_key_files_that_are_refused(self):
        for values, words in (
            ({"pkcs12_password": "another"}, "does not open the file"),
            ({"pkcs12_file": "bm9uc2Vuc2U="}, "can't be read"),
            ({"pkcs12_file": self.file("expired")}, "has expired"),
            ({"pkcs12_file": self.file("server")}, "not for signing"),
            ({"pkcs12_file": self.file("weak")}, "don't accept this kind of key"),
        ):
            with self.subTest(words):
                seal = self.make_seal(**values)
                self.assertIn(words, seal.problem)
                self.assertNotIn(self.password, seal.problem)
                self.assertRefuses(seal, words, state="enabled")
                self.assertEqual(seal.state, "disabled")
                self.assertTested(seal, good=False, words=words)

    def test_test_mode_and_what_is_missing(self):
        seal = self.make_seal(pkcs12_file=False)
        self.assertRefuses(seal, "lacks: Key file", state="test")
        self.assertTested(seal, good=False, words="lacks: Key file")

    def test_revoked(self):
        seal = self.make_seal(pkcs12_file=self.file("revoked"))
        self.assertTested(seal, good=False, words="was revoked")

    def test_authority_that_does_not_answer(self):
        seal = self.make_seal()
        self.outside.mode = {"ocsp": "down", "crls": "down"}
        self.assertTested(seal, good=False, words="Try again later")

    # ------------------------------------------------------------- tokens
    def test_token(self):
        self.allow_modules("/elsewhere/driver.so", outside_world.token().module())
        seal = self.make_seal("pkcs11")
        self.assertFalse(seal.subject, "nobody is asked on saving")
        self.assertTested(seal, words="PAdES B-LTA")
        self.assertEqual(seal.subject, "Outside p256")
        self.assertSigns(seal)

    def test_driver_that_is_not_allowed(self):
        module = outside_world.token().module()
        self.allow_modules(module)
        seal = self.make_seal("pkcs11", state="enabled")
        self.assertRefuses(seal, "not allowed", pkcs11_module="/elsewhere/evil.so")
        self.allow_modules("/elsewhere/driver.so")
        self.assertRefuses(seal, "not allowed", state="test")
        with self.assertRaisesRegex(UserError, "not allowed"):
            self.send(self.make_envelope())
        self.assertTested(seal, good=False, words="not allowed on this server")

    def test_token_that_is_wrong(self):
        self.allow_modules(outside_world.token().module())
        for values, words in (
            ({"pkcs11_key": "nobody"}, "private key is missing"),
            ({"pkcs11_token": "Other token"}, "Is it connected"),
            ({"pkcs11_pin": "Wrong 99"}, "is not accepted"),
        ):
            with self.subTest(words):
                seal = self.make_seal("pkcs11", **values)
                self.assertTested(seal, good=False, words=words)
                self.assertNotIn("Wrong 99", seal.test_result)
                self.assertRefuses(seal, words, state="enabled")

    # ------------------------------------------------------------- providers
    def test_provider(self):
        provider = outside_world.provider()
        provider.mode, provider.explicit = {}, False
        seal = self.make_seal("csc")
        self.assertTested(seal, words="PAdES B-LTA")
        self.assertEqual(seal.subject, "Outside rsa")
        self.assertSigns(seal)

    def test_provider_that_is_down(self):
        """What was signed waits, and goes on by itself."""
        provider = outside_world.provider()
        provider.mode, provider.explicit = {}, False
        self.make_seal("csc", state="enabled")
        envelope = self.send_new()
        for mode in ("down", "garbage", "huge"):
            provider.mode = {"authorize": mode}
            if mode == "down":
                self.assertTrue(self.sign(envelope.signer_ids)["ok"])
            failed = self.run_jobs(allow_failures=True)
            self.assertEqual((failed.kind, failed.state), ("apply", "pending"), failed.error)
            self.assertEqual(envelope.state, "signed")
            failed.attempts = 0
        provider.mode = {}
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_provider_that_refuses(self):
        provider = outside_world.provider()
        provider.mode, provider.explicit = {}, True
        for values, words in (
            ({"csc_client_secret": "wrong"}, "is not accepted"),
            ({"csc_credential": "outside/nobody"}, "does not offer this credential"),
            ({"csc_pin": False}, "setting is missing"),
            ({"csc_client_secret": False}, "needs a client"),
        ):
            with self.subTest(words):
                csc_client._tokens.clear()
                seal = self.make_seal("csc", **values)
                self.assertTested(seal, good=False, words=words)

    def test_addresses_of_providers(self):
        for url in ("http://provider.example/csc/v1", "https://me:secret@provider.example"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.make_seal("csc", csc_url=url)

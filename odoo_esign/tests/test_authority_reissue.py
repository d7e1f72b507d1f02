"""The built-in authority is issued anew or renewed: old documents and open envelopes hold."""

import datetime
from unittest.mock import patch

from cryptography import x509

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import esign_authority, esign_authority_renew
from ..pades.certificates import fingerprint_words
from ..pades.longterm import judge
from .actors import ActorCase
from .common import EsignHttpCase
from .test_renewal import ending_soon

MODEL = "esign.authority"


def purposes_kept(authority):
    authority.env.cr.execute(
        "SELECT purpose FROM esign_authority_key WHERE authority_id = %s ORDER BY purpose",
        [authority.id],
    )
    return [purpose for (purpose,) in authority.env.cr.fetchall()]


class AuthorityCase(ActorCase):
    def present(self, company=None):
        return self.env[MODEL]._get_for(company or self.company)

    def reissue(self, cause="planned", user=None, reason="The company has another name"):
        wizard = self.rpc(
            user or self.esign_admin,
            "esign.authority.reissue",
            "create",
            [{"authority_id": self.present().id, "cause": cause, "reason": reason}],
        )
        action = self.rpc(
            user or self.esign_admin, "esign.authority.reissue", "action_reissue", wizard
        )
        return self.env[MODEL].browse(action["res_id"])

    def issuers(self, envelope):
        return {
            facts["certificate"]["issuer"]
            for facts in self.env["report.odoo_esign.report_certificate"]._sealings(envelope)
            if facts["stage"] != "stamped"
        }

    def assertHolds(self, envelope):
        self.assertEqual(envelope.state, "completed")
        self.assertFalse(envelope._verify_evidence(deep=True))
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=15 * 365)
        for document in envelope.document_ids:
            pdf = document._read_pdf("sealed")
            verdicts = judge(pdf, moment=later, **envelope._whom_to_trust())
            self.assertTrue(all(verdict.passed for verdict in verdicts))

    def run_cron(self):
        # commits end the test's savepoints as they would end a transaction
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *_args, **_kwargs: 600.0):
            self.env[MODEL]._cron_renew()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestReissue(AuthorityCase):
    def test_planned(self):
        """Done documents hold, open ones end with what they began with, new ones have the new."""
        done = self.sign_all(self.send_new())
        under_way = self.send_new()
        old = self.present()
        new = self.reissue()
        self.assertEqual(self.present(), new)
        self.assertEqual((old.state, new.state), ("former", "present"))
        self.assertEqual((new.cause, new.made_by), ("planned", self.esign_admin))
        self.assertEqual((new.reason, new.replaces_id), ("The company has another name", old))
        self.assertEqual(old.open_count, 1)
        self.run_cron()
        self.assertTrue(old.has_keys, "an envelope needs them")
        self.sign_all(under_way)
        later = self.sign_all(self.send_new())
        for envelope in (done, under_way, later):
            self.assertHolds(envelope)
        self.assertEqual(self.issuers(done), self.issuers(under_way))
        self.assertNotEqual(self.issuers(done), self.issuers(later))
        report = self.env["report.odoo_esign.report_certificate"]
        self.assertEqual(report._roots(under_way), old._roots())
        self.assertEqual(report._roots(later), new._roots())

    def test_keys_are_destroyed_when_nothing_needs_them(self):
        envelope = self.sign_all(self.send_new())
        old = self.present()
        self.reissue()
        self.run_cron()
        self.assertFalse(old.has_keys)
        self.assertEqual(purposes_kept(old), [])
        self.assertHolds(envelope)
        # its stamp is renewed by the new one, with the list that the old one left behind
        envelope.with_user(self.esign_admin).action_renew()
        self.run_jobs()
        self.assertIn("renewed", self.codes(envelope))
        self.assertHolds(envelope)

    def test_compromised(self):
        """Nothing more is made with the old keys, also not for what is under way."""
        done = self.sign_all(self.send_new())
        under_way = self.send_new()
        old = self.present()
        new = self.reissue("compromised", reason="The server was broken into")
        self.assertEqual(purposes_kept(old), ["ocsp", "root"])
        self.assertEqual(old.state, "withdrawn")
        self.sign_all(under_way)
        self.assertIn("renewed", self.codes(done), "by itself")
        for envelope in (done, under_way):
            self.assertHolds(envelope)
        issuers = self.issuers(under_way)
        self.assertEqual(len(issuers), 2)
        self.assertTrue(issuers > self.issuers(done))
        self.run_cron()
        self.assertEqual(purposes_kept(old), [])
        self.assertEqual(len(purposes_kept(new)), 4)

    def test_first_envelope_of_a_company(self):
        """Its authority comes into being while it is prepared, and is remembered all the same."""
        envelope = self.send_new(user=self.foreigner)
        self.assertEqual(envelope.authority_id, self.present(self.other_company))

    def test_administrators_are_told(self):
        new = self.reissue()
        told = new.activity_ids.user_id
        self.assertIn(self.esign_admin, told)
        self.assertNotIn(self.foreigner, told)
        self.assertNotIn(self.sender, told)
        self.assertIn("new root", new.activity_ids[0].note)

    def test_not_everybody(self):
        old = self.present()
        for user in (self.sender, self.all_documents, self.no_groups):
            with self.assertRaises(AccessError):
                self.reissue(user=user)
        with self.assertRaises(UserError):
            self.reissue(user=self.foreigner)
        with self.assertRaises(UserError):
            self.reissue(reason="  ")
        self.assertEqual(self.present(), old)
        self.assertRefused(
            self.esign_admin,
            MODEL,
            "create",
            [{"company_id": self.other_company.id, "organisation": "X"}],
        )
        for values in ({"retired_on": False}, {"withdrawn": True}, {"reason": "X"}):
            self.assertRefused(self.esign_admin, MODEL, "write", old.ids, values)
        self.assertAccessError(self.esign_admin, MODEL, "_replace", old.ids, "planned")

    def test_twice(self):
        old = self.present()
        old._replace("planned", "Once")
        with self.assertRaises(UserError):
            old._replace("planned", "Twice")

    def test_what_administrators_see(self):
        authority = self.present()
        self.assertEqual(authority.root_fingerprint, fingerprint_words(authority._roots()[0]))
        for purpose in esign_authority.PURPOSES:
            self.assertIn(
                fingerprint_words(authority._certificate(purpose)), authority.certificates
            )
        action = self.rpc(self.esign_admin, MODEL, "action_download_pem", authority.ids)
        self.assertTrue(action["url"].endswith("/ca-root.pem"))
        self.assertAccessError(self.sender, MODEL, "action_download_pem", authority.ids)


@tagged("post_install", "-at_install")
class TestRenewedInTime(AuthorityCase):
    def test_services_end_before_the_root(self):
        with patch.object(esign_authority, "create_authority", ending_soon):
            old = self.present(self.other_company)
        under_way = self.send_new(user=self.foreigner)
        self.run_cron()
        new = self.present(self.other_company)
        self.assertNotEqual(new, old)
        self.assertEqual((new.cause, new._roots()), ("services", old._roots()))
        self.assertNotEqual(new._certificate("tsa"), old._certificate("tsa"))
        self.assertIn("nobody has to do anything", new.activity_ids[0].note)
        self.sign_all(under_way)
        self.assertEqual(under_way.state, "completed")
        after = self.sign_all(self.send_new(user=self.foreigner))
        self.assertHolds(after)
        self.run_cron()
        self.assertFalse(old.has_keys)
        self.assertTrue(new.has_keys)
        self.assertEqual(self.present(self.other_company), new, "once")
        self.assertFalse(under_way._verify_evidence(deep=True))

    def test_root_ends(self):
        old = self.present()
        root = x509.load_der_x509_certificate(old._certificate("root"))
        left = (root.not_valid_after_utc - datetime.datetime.now(datetime.timezone.utc)).days
        with patch.object(esign_authority_renew, "RENEW_DAYS", left - 2):
            self.run_cron()
            self.assertEqual(self.present(), old)
        with patch.object(esign_authority_renew, "RENEW_DAYS", left + 2):
            # once: the new one would end as soon under this patch
            old._renew_in_time()
        new = self.present()
        self.assertEqual(new.cause, "end")
        self.assertNotEqual(new._roots(), old._roots())

    def test_nothing_to_do(self):
        old = self.present()
        self.run_cron()
        self.assertEqual(self.present(), old)
        self.assertEqual(len(purposes_kept(old)), 4)


@tagged("post_install", "-at_install")
class TestTrustPage(EsignHttpCase):
    def test_former_roots(self):
        old = self.env[MODEL]._get_for(self.company)
        foreign = self.env[MODEL]._get_for(self.other_company)
        new = old._replace("compromised", "The server was broken into")
        self.env.flush_all()
        for shown, other, words in ((new, old, "withdrawn"), (old, new, "in use now")):
            mark = shown.root_fingerprint.replace(":", "").lower()
            for address in (mark, mark[:16]):
                page = self.url_open(f"/esign/trust/{address}")
                self.assertEqual(page.status_code, 200)
                self.assertIn(shown.root_fingerprint, page.text)
                self.assertIn(other.root_fingerprint, page.text)
                self.assertIn(words, page.text)
                self.assertNotIn(foreign.root_fingerprint, page.text)
        self.assertIn("keys may have been stolen", page.text)
        for address in (mark[:15], mark.upper(), f"{mark[:-1]}g"):
            self.assertEqual(self.url_open(f"/esign/trust/{address}").status_code, 404)

    def test_in_the_visitors_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        page = self.url_open("/esign/trust", headers={"Accept-Language": "de-DE,de"})
        self.assertIn('lang="de-DE"', page.text)

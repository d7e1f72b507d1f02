"""Document time stamps are renewed before they end, and everything still holds up after that."""

import dataclasses
import datetime
import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import esign_authority, esign_job_package
from ..models.esign_renewal import BATCH
from ..pades import authority as pure
from ..pades.errors import StampFailed
from ..pades.longterm import judge
from ..pades.validate import check_sealed
from .common import slow
from .daily import DailyCase, copy_rows, know_sizes

NOW = datetime.datetime.now(datetime.timezone.utc)
YEAR = timedelta(days=365)


def ending_soon(organisation, country, days=100):
    """Return a real authority whose time stamper's certificate ends soon."""
    made = pure.create_authority(organisation, country)
    key = ec.generate_private_key(ec.SECP256R1())
    root = x509.load_der_x509_certificate(made.root_cert)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stamper that ends soon")])
    start = NOW - timedelta(minutes=5)
    end = start + timedelta(days=days)
    builder = pure._builder(name, root.subject, key.public_key(), start, end)
    builder = pure._as_service(
        pure._issued_by(builder, root), ExtendedKeyUsageOID.TIME_STAMPING, True
    )
    certificate = builder.sign(load_der_private_key(made.root_key, None), hashes.SHA256())
    return dataclasses.replace(
        made,
        tsa_cert=certificate.public_bytes(Encoding.DER),
        tsa_key=key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


class RenewalCase(DailyCase):
    def set_the_scene(self):
        # the other company begins with a stamper that ends in 100 days
        with patch.object(esign_authority, "create_authority", ending_soon):
            self.env["esign.authority"]._get_for(self.other_company)

    def new_authority(self):
        """The administrator re-issues the company's authority."""
        return self.env["esign.authority"]._get_for(self.other_company)._replace("planned", "Test")

    def signed(self, **options):
        envelope = self.sign_all(self.send_new(user=self.foreigner, **options))
        self.assertEqual(envelope.state, "completed")
        # stamped some time ago
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE esign_document SET stamped_on = stamped_on - 40 WHERE envelope_id = %s",
            [envelope.id],
        )
        self.env.invalidate_all()
        return envelope

    def renew(self):
        self.env["esign.document"]._cron_renew()
        return self.env["esign.job"].search([("kind", "=", "renew"), ("state", "=", "pending")])


@tagged("post_install", "-at_install")
class TestRenewal(RenewalCase):
    """What becomes of one that was signed and stamped some time ago."""

    def set_the_scene(self):
        super().set_the_scene()
        self.envelope = self.signed()

    def test_end_is_known(self):
        document = self.envelope.document_ids
        self.assertAlmostEqual((document.stamp_expires - fields.Date.today()).days, 100, delta=1)
        usual = self.sign_all(self.send_new()).document_ids
        self.assertGreater((usual.stamp_expires - fields.Date.today()).days, 9000)
        for user in (self.foreigner, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                document.with_user(user).write({"stamp_expires": "2090-01-01"})

    def test_renewed_again_and_again(self):
        envelope = self.envelope
        self.new_authority()
        for number in (2, 3, 4):
            envelope.with_user(self.foreigner).action_renew()
            self.run_jobs()
            fields_ = envelope._documents_in_log()[envelope.document_ids.id]["fields"]
            self.assertEqual(fields_[-1], f"archive_{number}")
        self.assertAlerts()

    def test_not_over_and_over_by_a_stamper_that_ends_soon_itself(self):
        envelope = self.envelope
        self.assertTrue(self.renew())
        self.run_jobs()
        self.assertFalse(self.renew())
        self.assertEqual(self.codes(envelope).count("renewed"), 1)

    def test_queued_once(self):
        envelope = self.envelope
        jobs = self.renew()
        self.assertEqual(len(jobs), 1)
        self.assertEqual(self.renew(), jobs)
        envelope.with_user(self.foreigner).action_renew()
        self.assertEqual(self.renew(), jobs)

    def test_not_yet(self):
        self.env["ir.config_parameter"].set_param("odoo_esign.renew_days", "60")
        self.assertFalse(self.renew())

    def test_all_of_a_company_at_once(self):
        """The stamper's key was stolen: everything gets a stamp of the new one."""
        envelopes = [self.envelope, *(self.signed() for _number in range(2))]
        self.sign_all(self.send_new())
        self.new_authority()
        self.assertEqual(self.env["esign.envelope"]._renew_all(self.other_company), 3)
        self.run_jobs()
        for envelope in envelopes:
            self.assertIn("renewed", self.codes(envelope))

    def test_stamper_that_is_down(self):
        """The job waits; nothing else takes its place; when a month is left, somebody is told."""
        envelope = self.envelope
        digest = envelope.document_ids.sealed_sha256
        self.renew()
        down = StampFailed("the server is down", "unreachable")
        with patch("odoo.addons.odoo_esign.models.esign_job_renew.renew", side_effect=down):
            failed = self.run_jobs(allow_failures=True)
        self.assertEqual(failed.kind, "renew")
        self.assertEqual(envelope.document_ids.sealed_sha256, digest)
        self.assertAlerts()
        self.env.cr.execute(
            "UPDATE esign_document SET stamp_expires = now()::date + 20 WHERE envelope_id = %s",
            [envelope.id],
        )
        alert = self.assertAlerts((envelope, "renewal"))
        self.assertIn("the server is down", alert.text)
        self.new_authority()
        envelope.with_user(self.foreigner).action_renew()
        failed.write({"next_try": "2000-01-01", "attempts": 0})
        self.run_jobs()
        self.assertAlerts()
        self.assertEqual(alert.state, "mended")

    def test_a_file_that_was_changed_is_not_stamped(self):
        """A fresh time stamp would make it look better than it is."""
        envelope = self.envelope
        self.damage(envelope.document_ids.sealed_attachment_id, lambda data: data + b"\n")
        self.renew()
        self.run_jobs(allow_failures=True)
        self.assertNotIn("renewed", self.codes(envelope))
        self.assertAlerts((envelope, "file"))


@tagged("post_install", "-at_install")
class TestWhatIsRenewed(RenewalCase):
    def test_renewed_before_it_ends(self):
        envelope = self.signed(documents=2)
        roots = self.env["esign.authority"]._all_of(self.other_company)._roots()
        before = {d.id: (d.sealed_sha256, d._read_pdf("sealed")) for d in envelope.document_ids}
        new = self.new_authority()
        self.assertTrue(self.renew())
        self.run_jobs()
        self.assertFalse(self.renew(), "done")
        both = [*roots, *new._roots()]
        events = envelope.event_ids.filtered(lambda e: e.code == "renewed").sorted("seq")
        self.assertEqual(len(events), 2)
        for document, event in zip(envelope.document_ids, events, strict=True):
            facts = event._facts()
            old_sha256, old_pdf = before[document.id]
            pdf = document._read_pdf("sealed")
            self.assertTrue(pdf.startswith(old_pdf), "nothing of it was changed")
            self.assertGreater((document.stamp_expires - fields.Date.today()).days, 9000)
            self.assertEqual(
                (facts["document"], facts["replaces"], facts["sha256"], facts["field"]),
                (document.id, old_sha256, document.sealed_sha256, "archive_2"),
            )
            self.assertEqual(facts["expires"], str(document.stamp_expires))
            names = ["company", f"s{envelope.signer_ids.id}", "archive_1", "archive_2"]
            for moment in (None, NOW + 20 * YEAR):
                problems = check_sealed(
                    pdf, roots=both, expected_fields=names, level="B-LTA", moment=moment
                )
                self.assertFalse(problems)
            later = NOW + 20 * YEAR
            self.assertTrue(all(v.passed for v in judge(pdf, roots=both, moment=later)))
            # that is what it was for
            verdicts = judge(old_pdf, roots=both, moment=later)
            self.assertFalse(any(verdict.passed for verdict in verdicts))
        self.assertAlerts()
        self.assertFalse(envelope._verify_evidence(deep=True))
        self.assertPackageOf(envelope)

    def assertPackageOf(self, envelope):
        """The package was made anew: it holds what was renewed, under a stamp of the new clock."""
        self.assertEqual(self.codes(envelope)[-1], "packaged")
        with zipfile.ZipFile(io.BytesIO(envelope._kept_package()._read_kept())) as package:
            kept = [package.read(name) for name in package.namelist() if "signed/" in name]
            token = cms.ContentInfo.load(package.read("manifest.tst"))["content"]
        self.assertEqual(kept, [d._read_pdf("sealed") for d in envelope.document_ids])
        end = token["certificates"][0].chosen.not_valid_after
        self.assertGreater((end - NOW).days, 9000)

    def test_package_whose_own_stamp_ends_sooner(self):
        """Made by another stamper than the documents' are, it is what the renewal is for."""
        envelope = self.sign_all(self.send_new())
        document = envelope.document_ids
        self.assertGreater((document.stamp_expires - fields.Date.today()).days, 9000)
        with patch.object(esign_job_package, "stamp_end", lambda _token: fields.Datetime.now()):
            envelope.action_make_package()
            self.run_jobs()
        self.assertEqual(document.stamp_expires, fields.Date.today())
        self.env.cr.execute(
            "UPDATE esign_document SET stamped_on = stamped_on - 40 WHERE id = %s", [document.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.renew().envelope_id, envelope)
        self.run_jobs()
        self.assertEqual(self.codes(envelope)[-2:], ["renewed", "packaged"])
        self.assertGreater((document.stamp_expires - fields.Date.today()).days, 9000)
        self.assertFalse(self.renew())

    def test_drafts_and_open_ones_have_nothing_to_renew(self):
        envelope = self.send_new(user=self.foreigner)
        with self.assertRaises(UserError):
            envelope.with_user(self.foreigner).action_renew()
        self.assertFalse(self.renew())

    def test_only_administrators_renew_by_hand(self):
        envelope = self.sign_all(self.send_new())
        for user in (self.sender, self.all_documents):
            with self.assertRaises(UserError):
                self.rpc(user, "esign.envelope", "action_renew", envelope.ids)
        with self.assertRaises(AccessError):
            self.rpc(self.foreigner, "esign.envelope", "action_renew", envelope.ids)
        self.rpc(self.esign_admin, "esign.envelope", "action_renew", envelope.ids)
        self.run_jobs()
        self.assertEqual(self.codes(envelope).count("renewed"), 1)


@tagged("post_install", "-at_install")
class TestManyRenewals(DailyCase):
    count = 1000

    def test_many_are_queued_in_few_queries(self):
        """In batches, spread over time, so that signatures do not wait behind them."""
        count = self.count
        envelope = self.sign_all(self.send_new())
        self.env.flush_all()
        ids = copy_rows(self.env.cr, "esign_envelope", envelope.id, count, {"reference"})
        documents = copy_rows(self.env.cr, "esign_document", envelope.document_ids.id, count, set())
        self.env.cr.execute(
            """UPDATE esign_document d
                  SET envelope_id = made.envelope_id, stamped_on = NULL,
                      stamp_expires = now()::date + 50
                 FROM unnest(%s, %s) AS made (id, envelope_id) WHERE d.id = made.id""",
            [documents, ids],
        )
        know_sizes(self.env.cr)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["esign.document"]._cron_renew()
        queries = self.env.cr.sql_log_count - before
        jobs = self.env["esign.job"].search([("kind", "=", "renew")])
        self.assertEqual(len(jobs), count)
        self.assertEqual(len(jobs.envelope_id), count)
        batches = count / BATCH
        self.assertLess(queries, 45 * batches, "by batch, not by document")
        self.assertEqual(len(set(jobs.mapped("next_try"))), count / 100)
        spread = max(jobs.mapped("next_try")) - min(jobs.mapped("next_try"))
        self.assertGreater(spread, timedelta(minutes=count / 100 - 5))
        self.env["esign.document"]._cron_renew()
        self.assertEqual(self.env["esign.job"].search_count([("kind", "=", "renew")]), count)


@slow
class TestThousandsOfRenewals(TestManyRenewals):
    count = 5000

"""The daily anchors: one hash over all logs, stamped, chained, noted outside of the database."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import RaiseException

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..evidence import merkle
from ..pades.detached import check_stamp
from .daily import (
    CHECK_LOGGER,
    DailyCase,
    _DeadStamper,
    _token,
)


@tagged("post_install", "-at_install")
class TestAnchors(DailyCase):
    def test_nothing_to_anchor(self):
        self.make_envelope()
        self.assertAlerts()
        self.assertFalse(self.env["esign.anchor"].search([]))

    def test_one_a_day_each_on_the_one_before(self):
        first = self.sign_all(self.send_new())
        second = self.send_new([self.second])
        for _day in range(3):
            self.assertAlerts()
        anchors = self.anchors()
        self.assertEqual(anchors.mapped("seq"), [1, 2, 3])
        self.assertEqual(anchors.mapped("size"), [2, 2, 2])
        self.assertEqual(anchors[0].prev, merkle.GENESIS)
        self.assertEqual(anchors[1:].mapped("prev"), anchors[:-1].mapped("hash"))
        self.assertEqual(len(set(anchors.mapped("root"))), 1, "nothing has changed")
        self.sign_all(second)
        self.assertAlerts()
        newest = self.anchors()[-1]
        self.assertNotEqual(newest.root, anchors[-1].root)
        rows = self.env["esign.anchor.head"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            sorted((row.envelope_id.id, row.anchor_seq) for row in rows),
            sorted([(first.id, 1), (second.id, 1), (second.id, 4)]),
            "only what has changed is kept again",
        )
        for anchor in self.anchors():
            size, root = self.env["esign.anchor.head"]._tree(self.company.id, anchor.seq)
            self.assertEqual((size, root), (anchor.size, anchor.root), "old roots can be made")

    def test_once_a_day(self):
        self.send_new()
        for _run in range(3):
            self.env["esign.check"]._cron_run()
        self.assertEqual(len(self.anchors()), 1)

    def test_leaf_and_proof(self):
        envelopes = [self.sign_all(self.send_new()), self.send_new(), self.send_new()]
        self.a_day()
        anchor = self.anchors()
        for envelope in envelopes:
            leaf, place, proof = self.env["esign.anchor.head"]._proof(
                self.company.id, anchor.seq, envelope.id
            )
            documents = [(d.id, d.frozen_sha256, d.sealed_sha256) for d in envelope.document_ids]
            self.assertEqual(
                leaf,
                merkle.Leaf(
                    envelope.id,
                    envelope.reference,
                    envelope.evidence_count,
                    envelope.evidence_head,
                    merkle.documents_hash(documents),
                ),
            )
            root = bytes.fromhex(anchor.root)
            self.assertTrue(merkle.is_included(leaf.hash(), place, anchor.size, proof, root))

    def test_time_stamp(self):
        self.send_new()
        self.a_day()
        anchor = self.anchors()
        roots = self.env["esign.authority"]._get_for(self.company)._roots()
        moment = check_stamp(anchor._body(), _token(anchor), roots=roots)
        noted = fields.Datetime.to_datetime(anchor.ts[:19].replace("T", " "))
        self.assertLess(abs(moment.replace(tzinfo=None) - noted), timedelta(minutes=1))
        self.assertFalse(anchor.stamper, "by the own clock")

    def test_companies_have_their_own(self):
        self.send_new()
        self.send_new(user=self.foreigner)
        self.assertAlerts()
        anchors = self.env["esign.anchor"].search([])
        self.assertEqual(anchors.company_id, self.company | self.other_company)
        self.assertEqual(anchors.mapped("size"), [1, 1])
        for user in (self.esign_admin, self.foreigner):
            seen = self.env["esign.anchor"].with_user(user).search([])
            self.assertEqual(seen.company_id, user.company_id)
        with self.assertRaises(AccessError):
            self.env["esign.anchor"].with_user(self.all_documents).search([])

    @mute_logger("odoo.sql_db")
    def test_nobody_changes_them(self):
        self.send_new()
        self.a_day()
        for model in ("esign.anchor", "esign.anchor.head"):
            records = self.env[model].search([])
            for action in (
                records.unlink,
                lambda rs=records: rs.write({"company_id": 1}),
                lambda rs=records: rs.create([{}]),
                lambda rs=records: rs.copy(),
            ):
                with self.assertRaises(AccessError):
                    action()
            table = records._table
            for query in (
                f"UPDATE {table} SET company_id = 1",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
            ):
                refused = self.assertRaisesRegex(RaiseException, "is evidence")
                with refused, self.env.cr.savepoint():
                    self.env.cr.execute(query)

    @mute_logger(CHECK_LOGGER)
    def test_no_time_stamp_to_be_had(self):
        """No other clock takes its place: it is tried again, and somebody told after three days."""
        envelope = self.send_new()
        company = type(self.company)
        real = company._esign_stamper
        with patch.object(company, "_esign_stamper", lambda _company: _DeadStamper()):
            self.assertAlerts()
            self.assertFalse(self.anchors())
            cron = self.env.ref("odoo_esign.cron_check")
            again = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            self.assertTrue(again)
            self.assertLess(again[-1].call_at, fields.Datetime.now() + timedelta(hours=2))
            with self.as_owner() as cr:
                cr.execute(
                    "UPDATE esign_event SET ts = '2020-01-01T00:00:00.000000Z' WHERE seq = 1"
                )
            found = self.a_day()
            self.assertIn("late", found.mapped("kind"))
            self.assertIn("the server is down", " ".join(found.mapped("text")))
        self.assertEqual(company._esign_stamper, real)
        self.a_day()
        self.assertEqual(len(self.anchors()), 1)
        self.assertEqual(self.alerts("mended").mapped("kind"), ["late"])
        self.assertTrue(envelope.exists())

    def test_what_was_taken_before_is_stamped_later(self):
        """The heads of the first attempt are those that the anchor is made of."""
        envelope = self.send_new()
        company = type(self.company)
        with (
            mute_logger(CHECK_LOGGER),
            patch.object(company, "_esign_stamper", lambda _company: _DeadStamper()),
        ):
            self.a_day()
        before = envelope.evidence_head
        self.sign_all(envelope)
        self.assertAlerts()
        heads = self.env["esign.anchor.head"].search([])
        self.assertEqual(heads.mapped("head"), [before])
        self.assertAlerts()
        self.assertEqual(len(heads.search([])), 2)

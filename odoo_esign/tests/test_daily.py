"""The daily check: what somebody with the database or the disk does to the evidence is found."""

import os
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..evidence import merkle
from ..models import esign_anchor
from ..models.esign_anchor import note_outside
from .daily import (
    CHECK_LOGGER,
    DailyCase,
    delete_envelope,
)
from .test_storage import one_byte


@tagged("post_install", "-at_install")
class TestManipulation(DailyCase):
    def set_the_scene(self):
        self.envelope = self.sign_all(self.send_new(documents=2))
        self.others = [self.sign_all(self.send_new([self.second])), self.send_new([self.third])]
        self.assertAlerts()

    def test_clean(self):
        for _day in range(3):
            self.assertAlerts()
        self.assertFalse(self.env["esign.alert"].search([]))

    def test_drafts_may_go(self):
        self.make_envelope().unlink()
        self.assertAlerts()

    def test_envelope_deleted_with_everything(self):
        reference, count = self.envelope.reference, self.envelope.evidence_count
        with self.as_owner() as cr:
            delete_envelope(cr, self.envelope)
        for _day in range(2):
            alert = self.assertAlerts((self.envelope, "deleted"))
            self.assertEqual((alert.reference, alert.facts["count"]), (reference, count))

    def test_envelope_deleted_before_it_was_anchored(self):
        """The log alone tells, if the thief forgets it."""
        fresh = self.send_new()
        with self.as_owner() as cr:
            cr.execute("DELETE FROM esign_envelope WHERE id = %s", [fresh.id])
        self.assertAlerts((fresh, "deleted"))

    def test_all_envelopes_deleted(self):
        everything = [self.envelope, *self.others]
        with self.as_owner() as cr:
            for envelope in everything:
                delete_envelope(cr, envelope)
        self.assertAlerts(*((envelope, "deleted") for envelope in everything))

    def test_log_edited(self):
        with self.as_owner() as cr:
            cr.execute(
                """UPDATE esign_event SET data = replace(data, 'clara@', 'other@')
                    WHERE envelope_id = %s AND code = 'signed'""",
                [self.envelope.id],
            )
            self.assertEqual(cr.rowcount, 1)
        alert = self.assertAlerts((self.envelope, "log"))
        self.assertEqual(alert.facts["problems"], ["edited"])

    def test_log_line_removed(self):
        for place in ("= 3", "= (SELECT evidence_count FROM esign_envelope WHERE id = %s)"):
            with self.subTest(place), self.env.cr.savepoint() as savepoint:
                with self.as_owner() as cr:
                    values = [self.envelope.id] * (1 + place.count("%s"))
                    cr.execute(
                        f"DELETE FROM esign_event WHERE envelope_id = %s AND seq {place}", values
                    )
                self.assertAlerts((self.envelope, "log"))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_log_cut_with_its_head(self):
        with self.as_owner() as cr:
            cr.execute(
                "DELETE FROM esign_event WHERE envelope_id = %s AND seq > 5", [self.envelope.id]
            )
            cr.execute(
                """UPDATE esign_envelope SET evidence_count = 5, evidence_head = (
                    SELECT hash FROM esign_event WHERE envelope_id = %s AND seq = 5)
                    WHERE id = %s""",
                [self.envelope.id, self.envelope.id],
            )
        alerts = self.a_day()
        self.assertIn((self.envelope.id, "log"), [(a.envelope_number, a.kind) for a in alerts])
        self.assertEqual(set(alerts.mapped("envelope_number")), {self.envelope.id})
        self.assertIn("cut", alerts.filtered(lambda a: a.kind == "log").facts["problems"])

    def test_log_rewritten_from_the_beginning(self):
        """Whole in itself: what it was at the last anchor tells, even where nobody has signed."""
        envelope = self.others[1]
        with self.as_owner() as cr:
            self.rewrite_log(cr, envelope, lambda _code, facts: {**facts, "forged": 1})
        for _day in range(3):  # the next anchors take nothing of it for true
            self.assertAlerts((envelope, "log"))

    def test_state_changed(self):
        for values in ("state = 'cancelled'", "reference = 'ANOTHER'", "state = 'signed'"):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                with self.as_owner() as cr:
                    cr.execute(
                        f"UPDATE esign_envelope SET {values} WHERE id = %s", [self.envelope.id]
                    )
                self.assertAlerts((self.envelope, "changed"))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_signature_changed(self):
        for query in (
            "UPDATE esign_signature SET name = 'Another' WHERE envelope_id = %s",
            "UPDATE esign_signature SET email = 'x@example.net' WHERE envelope_id = %s",
            "DELETE FROM esign_signature WHERE envelope_id = %s",
        ):
            with self.subTest(query), self.env.cr.savepoint() as savepoint:
                with self.as_owner() as cr:
                    cr.execute(query, [self.envelope.id])
                self.assertAlerts((self.envelope, "changed"))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_file_replaced_on_disk(self):
        for revision, change in (
            ("frozen", one_byte),
            ("sealed", one_byte),
            ("sealed", lambda data: data + b"\n"),
            ("sealed", lambda data: b""),
        ):
            attachment = self.envelope.document_ids[0][f"{revision}_attachment_id"]
            with self.subTest(revision), self.env.cr.savepoint() as savepoint:
                good = self.damage(attachment, change)
                alert = self.assertAlerts((self.envelope, "file"))
                self.assertEqual(alert.facts["documents"], ["Agreement 1"])
                self.put(self.path_of(attachment), good)
                self.assertAlerts()
                self.assertEqual(self.alerts("mended"), alert)
                savepoint.rollback()
            self.env.invalidate_all()

    @mute_logger("odoo.addons.base.models.ir_attachment")
    def test_file_missing(self):
        path = self.path_of(self.envelope.document_ids[1].sealed_attachment_id)
        with open(path, "rb") as file:
            good = file.read()
        os.unlink(path)
        self.addCleanup(self.put, path, good)
        self.assertAlerts((self.envelope, "file"))

    def test_document_exchanged_with_its_hash(self):
        """File, row and hash agree; the log knows better."""
        document = self.envelope.document_ids[0]
        other = self.others[0].document_ids
        with self.as_owner() as cr:
            cr.execute(
                """UPDATE esign_document SET sealed_attachment_id = %s, sealed_sha256 = %s
                    WHERE id = %s""",
                [other.sealed_attachment_id.id, other.sealed_sha256, document.id],
            )
        for _day in range(3):
            self.assertAlerts((self.envelope, "documents"))

    def test_document_taken_back_to_an_earlier_revision(self):
        """The hash is one of the log's, but not the last one."""
        document = self.envelope.document_ids[0]
        pdf = document._read_pdf("frozen")
        with self.as_owner() as cr:
            cr.execute(
                """UPDATE esign_document SET sealed_attachment_id = frozen_attachment_id,
                       sealed_sha256 = frozen_sha256 WHERE id = %s""",
                [document.id],
            )
        self.assertTrue(pdf)
        self.assertAlerts((self.envelope, "documents"))

    def test_document_deleted(self):
        document = self.envelope.document_ids[0]
        with self.as_owner() as cr:
            cr.execute("DELETE FROM esign_document WHERE id = %s", [document.id])
        self.assertAlerts((self.envelope, "documents"))

    def test_signatures_that_do_not_hold_up(self):
        """What was valid at first is not any more: a root that nobody trusts, for example."""
        authority = self.env["esign.authority"]._create_for(self.other_company)
        with patch.object(
            type(self.envelope),
            "_whom_to_trust",
            lambda _envelope: {"roots": authority._roots(), "stamp_roots": []},
        ):
            completed = [(envelope, "seal") for envelope in (self.envelope, self.others[0])]
            self.assertAlerts(*completed)
        self.assertAlerts()

    # ------------------------------------------------------------- the anchors themselves
    def test_anchors_rewritten(self):
        self.a_day()
        for query in (
            "UPDATE esign_anchor SET root = repeat('0', 64) WHERE seq = 1",
            "UPDATE esign_anchor SET ts = '2020-01-01T00:00:00.000000Z' WHERE seq = 2",
            "UPDATE esign_anchor SET token = 'Zm9yZ2Vk' WHERE seq = 2",
            "UPDATE esign_anchor SET hash = repeat('0', 64) WHERE seq = 2",
            "DELETE FROM esign_anchor WHERE seq = 1",
            "UPDATE esign_anchor_head SET reference = 'X' WHERE envelope_id = %(id)s",
            "UPDATE esign_anchor_head SET documents = 'X' WHERE envelope_id = %(id)s",
            "DELETE FROM esign_anchor_head WHERE envelope_id = %(id)s",
        ):
            with self.subTest(query), self.env.cr.savepoint() as savepoint:
                with self.as_owner() as cr:
                    cr.execute(query, {"id": self.envelope.id})
                    self.assertTrue(cr.rowcount)
                alerts = self.a_day()
                self.assertIn((0, "anchor"), [(a.envelope_number, a.kind) for a in alerts])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_anchors_made_anew(self):
        """The thief deletes an envelope and all that knew of it, and makes the anchor anew.

        Without the stamper's key the time stamp is not to be had.
        """
        with self.as_owner() as cr:
            delete_envelope(cr, self.envelope)
            cr.execute("DELETE FROM esign_anchor_head WHERE envelope_id = %s", [self.envelope.id])
            size, root = self.env["esign.anchor.head"]._tree(self.company.id, 1)
            anchor = self.anchors()
            body = merkle.anchor_body(self.company.id, 1, merkle.GENESIS, anchor.ts, size, root)
            cr.execute(
                "UPDATE esign_anchor SET size = %s, root = %s, hash = %s",
                [size, root, esign_anchor._hash_of(body)],
            )
        alert = self.assertAlerts((None, "anchor"))
        self.assertEqual(alert.facts["problems"], ["1: stamp"])

    def test_newest_anchors_cut_off(self):
        """With all heads since: the list in the data folder tells."""
        dbname = self.env.cr.dbname
        for anchor in self.anchors():
            note_outside(dbname, self.company.id, anchor.seq, anchor.hash)
        fresh = self.send_new()
        self.assertAlerts()
        newest = self.anchors()[-1]
        note_outside(dbname, self.company.id, newest.seq, newest.hash)
        self.assertAlerts()
        with self.as_owner() as cr:
            delete_envelope(cr, fresh)
            cr.execute("DELETE FROM esign_anchor WHERE seq >= 2")
            cr.execute("DELETE FROM esign_anchor_head WHERE anchor_seq >= 2")
        for _day in range(3):
            alert = self.assertAlerts((None, "anchor"))
            self.assertEqual(alert.facts["problems"], ["2: gone"])

    def test_sample_comes_to_all(self):
        """Each day some, the longest unseen first; those with an alert every day."""
        self.env["ir.config_parameter"].set_param("odoo_esign.daily_sample", 1)
        with self.as_owner() as cr:
            cr.execute("DELETE FROM esign_check WHERE envelope_number != 0")
        seen = []
        for _day in range(3):
            [id_] = self.env["esign.check"]._to_sample()
            seen.append(id_)
            self.assertAlerts()
        everything = {self.envelope.id, *(envelope.id for envelope in self.others)}
        self.assertEqual(set(seen), everything)
        with self.as_owner() as cr:
            cr.execute(
                "UPDATE esign_event SET data = '{}' WHERE envelope_id = %s", [self.others[0].id]
            )
        while not self.a_day():
            pass
        for _day in range(2):
            self.assertEqual(self.env["esign.check"]._to_sample(), self.others[0].ids)
            self.a_day()

    def test_one_that_fails_does_not_stop_the_others(self):
        broken = self.envelope.id
        checks = type(self.env["esign.check"])
        real = checks._look_for_rows
        seen = []

        def look(checks, envelope, documents, found):
            if envelope.id == broken:
                raise RuntimeError("no way")
            seen.append(envelope.id)
            return real(checks, envelope, documents, found)

        with patch.object(checks, "_look_for_rows", look), mute_logger(CHECK_LOGGER):
            self.a_day()
        self.assertEqual(set(seen), {envelope.id for envelope in self.others})

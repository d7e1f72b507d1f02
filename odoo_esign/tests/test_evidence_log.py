"""The evidence log: who tries to change it fails, and who can, is seen."""

import json
from contextlib import contextmanager

from psycopg2.errors import RaiseException

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..evidence import canonical, chain
from ..pades.bound import read_bound
from .common import EsignCase


@tagged("post_install", "-at_install")
class TestEvidenceLog(EsignCase):
    def set_the_scene(self):
        self.envelope = self.sign_all(
            self.send_new([self.customer, {"partner_id": self.second.id, "step": 2}])
        )
        self.assertEqual(self.envelope.state, "completed")

    @contextmanager
    def without_trigger(self):
        """Be the owner of the database, who can switch the trigger off; undone at the end."""
        savepoint = self.env.cr.savepoint(flush=True)
        with savepoint:
            self.env.cr.execute("ALTER TABLE esign_event DISABLE TRIGGER USER")
            yield
            self.env.invalidate_all()
            savepoint.rollback()
        self.env.invalidate_all()

    def execute(self, query, *values):
        self.env.cr.execute(query, values)
        self.assertGreater(self.env.cr.rowcount, 0)
        self.env.invalidate_all()

    def problems(self):
        return {problem.code for problem in self.envelope._verify_log()}

    # ------------------------------------------------------------- the trigger
    @mute_logger("odoo.sql_db")
    def test_database_refuses(self):
        event = self.envelope.event_ids[0]
        for query in (
            f"UPDATE esign_event SET data = '{{}}' WHERE id = {event.id}",
            f"UPDATE esign_event SET envelope_id = 0 WHERE id = {event.id}",
            f"UPDATE esign_event SET id = id WHERE id = {event.id}",
            f"DELETE FROM esign_event WHERE id = {event.id}",
            "DELETE FROM esign_event",
            "TRUNCATE esign_event",
            "TRUNCATE esign_event CASCADE",
            "TRUNCATE esign_event RESTART IDENTITY",
        ):
            with self.assertRaisesRegex(RaiseException, "is evidence"), self.env.cr.savepoint():
                self.env.cr.execute(query)
        self.assertEqual(self.problems(), set())

    def test_nothing_cascades(self):
        """No foreign key leads from or to the log, so that no deletion reaches it."""
        self.env.cr.execute(
            """SELECT conname FROM pg_constraint
                WHERE contype = 'f' AND 'esign_event'::regclass IN (conrelid, confrelid)"""
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    # ------------------------------------------------------------- a whole log
    def test_whole(self):
        events = self.envelope.event_ids.sorted("seq")
        self.assertEqual(self.envelope._verify_log(), [])
        self.assertEqual(events.mapped("seq"), list(range(1, len(events) + 1)))
        self.assertEqual(events.mapped("ts"), sorted(events.mapped("ts")))
        self.assertTrue(all(ts.endswith("Z") for ts in events.mapped("ts")))
        self.assertEqual(self.envelope.evidence_count, len(events))
        self.assertEqual(self.envelope.evidence_head, events[-1].hash)
        self.assertEqual(events[0].prev, chain.GENESIS)

    def test_tells_the_story(self):
        first, second = self.envelope.signer_ids
        events = self.envelope.event_ids.sorted("seq")
        codes = events.mapped("code")
        for earlier, later in (
            ("requested", "frozen"),
            ("frozen", "certified"),
            ("certified", "sent"),
            ("sent", "invited"),
            ("signed", "all_signed"),
            ("all_signed", "validated"),
            ("validated", "completed"),
            ("completed", "delivered"),
        ):
            self.assertLess(codes.index(earlier), codes.index(later), (earlier, later))
        self.assertEqual(events[0].actor, f"user:{self.sender.id}")
        signed = events.filtered(lambda e: e.code == "signed")
        self.assertEqual(signed.mapped("actor"), [f"signer:{first.id}", f"signer:{second.id}"])
        facts = json.loads(signed[0].data)
        self.assertEqual(facts["email"], first.email)
        self.assertEqual(facts["identified_by"], "link")
        self.assertEqual(facts["ip_address"], "192.0.2.7")
        document = self.envelope.document_ids
        self.assertEqual(facts["documents"][str(document.id)]["shown"], document.frozen_sha256)
        labels = events.mapped("label")
        self.assertNotIn("all_signed", labels, "codes are shown as words")

    def test_certificates_hold_the_head(self):
        events = [e._as_chain_event() for e in self.envelope.event_ids.sorted("seq")]
        anchors = [
            chain.parse_evidence_uri(seal["certificate"]["evidence"])
            for signature in self.envelope.signature_ids
            for seal in signature.seals.values()
        ]
        self.assertEqual(len(anchors), 2)
        for count, _head in anchors:
            self.assertGreater(count, 0)
        self.assertEqual(chain.verify(events, anchors=anchors), [])

    def test_sealed_documents_hold_the_head(self):
        """Read from the PDFs: each certificate names the log behind that person's own consent."""
        events = self.envelope.event_ids.sorted("seq")
        for document in self.envelope.document_ids:
            pdf = document._read_pdf("sealed")
            bound = {one.field: one for one in read_bound(pdf) if not one.is_stamp}
            self.assertEqual(
                set(bound), {"company", *(f"s{signer.id}" for signer in self.envelope.signer_ids)}
            )
            for signer in self.envelope.signer_ids:
                count, head = chain.parse_evidence_uri(bound[f"s{signer.id}"].evidence)
                self.assertEqual(events[count - 1].hash, head)
                own = events[:count].filtered(lambda e, s=signer: e.actor == f"signer:{s.id}")
                self.assertLessEqual({"consented", "signed"}, set(own.mapped("code")))

    # ------------------------------------------------------------- a changed log
    def test_edited(self):
        events = self.envelope.event_ids.sorted("seq")
        signed = events.filtered(lambda e: e.code == "signed")[0]
        forged = signed.data.replace(self.customer.email, "other@example.net")
        self.assertNotEqual(forged, signed.data)
        for column, value in (
            ("data", forged),
            ("data", "{}"),
            ("data", "no JSON"),
            ("ts", "2020-01-01T00:00:00.000000Z"),
            ("code", "declined"),
            ("seq", 999),
            ("prev", "0" * 64),
            ("hash", "0" * 64),
        ):
            with self.without_trigger():
                self.execute(
                    f"UPDATE esign_event SET {column} = %s WHERE id = %s", value, signed.id
                )
                self.assertTrue(self.problems(), column)
        self.assertEqual(self.problems(), set())

    def test_removed(self):
        events = self.envelope.event_ids.sorted("seq")
        for number in (0, 3, len(events) - 1):
            with self.without_trigger():
                self.execute("DELETE FROM esign_event WHERE id = %s", events[number].id)
                self.assertTrue(self.problems(), number)

    def test_inserted(self):
        """Inserting is not refused by the trigger; a line that does not belong shows."""
        last = self.envelope.event_ids.sorted("seq")[-1]
        with self.without_trigger():
            self.execute(
                """INSERT INTO esign_event
                     (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
                   VALUES (%s, %s, %s, %s, %s, 'opened', 'system', '{}', %s)""",
                self.envelope.id,
                self.company.id,
                last.seq + 1,
                last.hash,
                last.ts,
                "0" * 64,
            )
            self.assertTrue(self.problems())

    def test_head_and_count(self):
        for column, value in (
            ("evidence_head", "0" * 64),
            ("evidence_head", ""),
            ("evidence_head", None),
            ("evidence_count", 0),
            ("evidence_count", 3),
        ):
            with self.without_trigger():
                self.execute(
                    f"UPDATE esign_envelope SET {column} = %s WHERE id = %s",
                    value,
                    self.envelope.id,
                )
                self.assertEqual(self.problems(), {"head"}, (column, value))

    def test_cut_with_the_head_adjusted(self):
        """Cutting the tail and the head with it shows against the certificates."""
        events = self.envelope.event_ids.sorted("seq")
        keep = 4
        for head, count in ((events[keep - 1].hash, keep), (None, 0)):
            with self.without_trigger():
                self.execute(
                    "DELETE FROM esign_event WHERE envelope_id = %s AND seq > %s",
                    self.envelope.id,
                    count,
                )
                self.execute(
                    """UPDATE esign_envelope SET evidence_head = %s, evidence_count = %s
                        WHERE id = %s""",
                    head,
                    count,
                    self.envelope.id,
                )
                self.assertEqual(self.problems(), {"cut"})

    def test_rewritten_from_the_beginning(self):
        """A chain that is made anew is whole in itself, but not the one in the certificates."""
        events = self.envelope.event_ids.sorted("seq")
        with self.without_trigger():
            prev = chain.GENESIS
            for event in events:
                data = {**json.loads(event.data), "forged": 1}
                digest = chain.event_hash(event.seq, prev, event.ts, event.code, data)
                self.env.cr.execute(
                    "UPDATE esign_event SET data = %s, prev = %s, hash = %s WHERE id = %s",
                    [canonical.dumps(data).decode(), prev, digest, event.id],
                )
                prev = digest
            self.execute(
                "UPDATE esign_envelope SET evidence_head = %s WHERE id = %s", prev, self.envelope.id
            )
            self.assertEqual(self.problems(), {"rewritten"})

"""The daily check: what somebody with the database or the disk does to the evidence is found."""

import base64
import json
import os
import shutil
import tempfile
import tracemalloc
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import RaiseException
from psycopg2.extras import execute_values

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..evidence import chain, merkle
from ..models import esign_anchor
from ..models.esign_anchor import note_outside
from ..pades.detached import check_stamp
from ..pades.errors import StampFailed
from .common import EsignCase
from .test_storage import DiskCase, one_byte

CHECK_LOGGER = "odoo.addons.odoo_esign.models.esign_check"


class DailyCase(DiskCase, EsignCase):
    """Plays days: the cron as it runs, then the clock goes on."""

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.startPatcher(
            patch.object(
                esign_anchor, "_outside_path", lambda _dbname: os.path.join(self.folder, "anchors")
            )
        )
        # commits end the test's savepoints as they would end a transaction
        self.startPatcher(
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 600.0
            )
        )

    def a_day(self):
        """Let a day pass: the check runs, and what is done today counts as yesterday's."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["esign.check"]._cron_run()
        self.env.cr.execute("UPDATE esign_check SET checked = checked - interval '1 day'")
        self.env.invalidate_all()
        return self.alerts()

    def alerts(self, state="open"):
        return self.env["esign.alert"].search([("state", "=", state)], order="id")

    def anchors(self):
        return self.env["esign.anchor"].search([("company_id", "=", self.company.id)], order="seq")

    def assertAlerts(self, *expected):
        """Assert that after a day there are exactly these alerts: (envelope, kind)."""
        alerts = self.a_day()
        self.assertEqual(
            sorted((alert.envelope_number, alert.kind) for alert in alerts),
            sorted((envelope.id if envelope else 0, kind) for envelope, kind in expected),
            alerts.mapped("text"),
        )
        return alerts

    @contextmanager
    def as_owner(self):
        """Be the owner of the database, who can switch every trigger off."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL session_replication_role = replica")
        try:
            yield self.env.cr
        finally:
            self.env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
            self.env.invalidate_all()

    def rewrite_log(self, cr, envelope, change):
        """Make the log anew with other facts, whole in itself, head and all."""
        prev = chain.GENESIS
        cr.execute(
            "SELECT id, seq, ts, code, data FROM esign_event WHERE envelope_id = %s ORDER BY seq",
            [envelope.id],
        )
        for id_, seq, ts, code, data in cr.fetchall():
            facts = change(code, json.loads(data))
            digest = chain.event_hash(seq, prev, ts, code, facts)
            cr.execute(
                "UPDATE esign_event SET data = %s, prev = %s, hash = %s WHERE id = %s",
                [chain.dumps(facts).decode(), prev, digest, id_],
            )
            prev = digest
        cr.execute(
            "UPDATE esign_envelope SET evidence_head = %s WHERE id = %s", [prev, envelope.id]
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


@tagged("post_install", "-at_install")
class TestManipulation(DailyCase):
    def setUp(self):
        super().setUp()
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
        for revision in ("frozen", "sealed"):
            attachment = self.envelope.document_ids[0][f"{revision}_attachment_id"]
            for change in (one_byte, lambda data: data + b"\n", lambda data: b""):
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


@tagged("post_install", "-at_install")
class TestManyEnvelopes(DailyCase):
    """Ten thousand envelopes are checked as well as three, in the same number of queries."""

    count = 10_000

    def cost(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = self.env["esign.check"]._find_suspects(self.company.id)
        return self.env.cr.sql_log_count - before, found

    def make_many(self, envelope):
        """Copy an envelope as often, each with a whole log of its own; return the ids."""
        cr = self.env.cr
        ids = copy_rows(cr, "esign_envelope", envelope.id, self.count, {"reference"})
        cr.execute(
            "SELECT ts, code, actor, data FROM esign_event WHERE envelope_id = %s ORDER BY seq",
            [envelope.id],
        )
        lines = cr.fetchall()
        rows, heads = [], []
        for id_ in ids:
            prev = chain.GENESIS
            for seq, (ts, code, actor, data) in enumerate(lines, start=1):
                facts = {**json.loads(data), "copy": id_}
                digest = chain.event_hash(seq, prev, ts, code, facts)
                text = chain.dumps(facts).decode()
                rows.append((id_, self.company.id, seq, prev, ts, code, actor, text, digest))
                prev = digest
            heads.append(prev)
        execute_values(
            cr._obj,
            """INSERT INTO esign_event
                (envelope_id, company_id, seq, prev, ts, code, actor, data, hash) VALUES %s""",
            rows,
            page_size=5000,
        )
        cr.execute(
            """UPDATE esign_envelope v SET evidence_head = made.head
                 FROM unnest(%s, %s) AS made (id, head) WHERE v.id = made.id""",
            [ids, heads],
        )
        know_sizes(cr)
        self.env.invalidate_all()
        return ids

    def test_ten_thousand(self):
        envelope = self.send_new()
        self.assertAlerts()
        self.cost()
        few, found = self.cost()
        self.assertFalse(found)
        ids = self.make_many(envelope)
        many, found = self.cost()
        self.assertFalse(found)
        self.assertEqual(many, few)
        with self.assertQueryCount(few):
            self.env["esign.check"]._find_suspects(self.company.id)

        checks = self.env["esign.check"]
        tracemalloc.start()
        checks._check_company(self.company.id)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertFalse(self.alerts())
        self.assertEqual(self.anchors()[-1].size, self.count + 1)
        self.assertLess(peak, 30_000_000)

        victims = ids[10], ids[5000], ids[-1]
        with self.as_owner() as cr:
            cr.execute("DELETE FROM esign_event WHERE envelope_id = %s AND seq = 2", victims[:1])
            cr.execute("DELETE FROM esign_envelope WHERE id = %s", victims[1:2])
            cr.execute("UPDATE esign_envelope SET evidence_count = 2 WHERE id = %s", victims[2:])
        checks._check_company(self.company.id)
        self.assertEqual(
            sorted((alert.envelope_number, alert.kind) for alert in self.alerts()),
            [(victims[0], "log"), (victims[1], "deleted"), (victims[2], "log")],
        )


def know_sizes(cr):
    """Let PostgreSQL count what was just made, as its autovacuum does for rows that stay."""
    cr.execute("ANALYZE esign_envelope, esign_document, esign_event")


def copy_rows(cr, table, id_, count, unique):
    """Copy a row so many times as it is, but for its id and the ``unique`` columns."""
    cr.execute(
        SQL(
            """INSERT INTO %(table)s
               SELECT (jsonb_populate_record(NULL::%(table)s, to_jsonb(t) || jsonb_build_object(
                        'id', nextval(%(sequence)s)) || %(unique)s)).*
                 FROM %(table)s t, generate_series(1, %(count)s) n WHERE t.id = %(id)s
            RETURNING id""",
            table=SQL.identifier(table),
            sequence=f"{table}_id_seq",
            unique=SQL(" || ").join(
                [SQL("'{}'::jsonb")]
                + [SQL("jsonb_build_object(%s, 'COPY-' || n)", name) for name in sorted(unique)]
            ),
            count=count,
            id=id_,
        )
    )
    return [row[0] for row in cr.fetchall()]


class _DeadStamper:
    used = None

    async def async_timestamp(self, _digest, _algorithm):
        raise StampFailed("the server is down", "unreachable")


def _token(anchor):
    return base64.b64decode(anchor.token)


def delete_envelope(cr, envelope):
    """Delete an envelope with everything that belongs to it, as a program would."""
    documents = tuple(envelope.document_ids.ids)
    for query in (
        "DELETE FROM ir_attachment WHERE res_model = 'esign.document' AND res_id IN %(documents)s",
        "DELETE FROM esign_event WHERE envelope_id = %(id)s",
        "DELETE FROM esign_signature WHERE envelope_id = %(id)s",
        "DELETE FROM esign_field WHERE document_id IN %(documents)s",
        "DELETE FROM esign_job WHERE envelope_id = %(id)s",
        "DELETE FROM esign_document WHERE envelope_id = %(id)s",
        "DELETE FROM esign_signer WHERE envelope_id = %(id)s",
        "DELETE FROM esign_check WHERE envelope_number = %(id)s",
        "DELETE FROM esign_envelope WHERE id = %(id)s",
    ):
        cr.execute(query, {"id": envelope.id, "documents": documents})

"""The log on the envelope's form: by day, in the viewer's language, whole or broken."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..evidence import chain
from .common import EsignCase

TIMELINE_QUERIES = 20


@tagged("post_install", "-at_install")
class TestTimeline(EsignCase):
    def timeline(self, envelope, user=None, *args):
        return self.rpc(user or self.sender, "esign.envelope", "get_timeline", envelope.ids, *args)

    def add_lines(self, envelope, count):
        for number in range(count):
            signer = envelope.signer_ids[number % len(envelope.signer_ids)]
            code = ("opened", "read", "handed_over", "frozen")[number % 4]
            envelope._log(
                code,
                {
                    **signer._evidence_facts(),
                    "document": envelope.document_ids[0].id,
                    "pages": {str(envelope.document_ids[0].id): {"reached": 1, "total": 1}},
                    "to": self.colleague.id if number % 3 else self.sender.id,
                },
                actor=(signer, self.sender, None)[number % 3],
            )

    def test_the_sender_reads_it(self):
        envelope = self.sign_all(self.send_new([self.customer, self.manager.partner_id]))
        timeline = self.timeline(envelope)
        lines = timeline["lines"]
        self.assertEqual(len(lines), envelope.evidence_count)
        self.assertEqual([line["seq"] for line in lines], list(range(len(lines), 0, -1)))
        self.assertFalse(timeline["more"])
        self.assertTrue(timeline["check"]["whole"])
        self.assertIn(f"{len(lines)} lines", timeline["check"]["text"])
        first = lines[-1]
        self.assertEqual(first["sentence"], "Sam Sender asked for signatures on “Agreement”")
        self.assertIn(f"/res.users/{self.sender.id}/", first["avatar"])
        by = {(line["code"], line["signer"]): line for line in lines}
        customer, manager = envelope.signer_ids
        self.assertEqual(by["signed", customer.id]["tone"], "good")
        self.assertFalse(by["signed", customer.id]["avatar"], "no user of this system")
        self.assertIn(f"/res.users/{self.manager.id}/", by["signed", manager.id]["avatar"])
        self.assertTrue(by["frozen", 0]["technical"])
        self.assertFalse(by["completed", 0]["technical"])
        self.assertEqual(
            timeline["participants"],
            [{"id": s.id, "name": s.name} for s in envelope.signer_ids],
        )

    def test_in_the_viewers_language_and_time(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["odoo_esign"], ["fr_FR"])
        envelope = self.send_new()
        self.sender.write({"lang": "fr_FR", "tz": "Pacific/Kiritimati"})
        english = self.timeline(envelope)["lines"]
        shown = (
            self.env["esign.envelope"]
            .with_user(self.sender)
            .with_context(lang="fr_FR", tz="Pacific/Kiritimati")
            .browse(envelope.id)
            .get_timeline()["lines"]
        )
        self.assertNotEqual(shown[-1]["label"], english[-1]["label"])
        self.assertGreaterEqual(shown[-1]["day"], english[-1]["day"])
        self.assertRegex(shown[-1]["day_label"], r"^(lundi|mardi|mercredi|jeudi|vend|samedi|dim)")

    def test_strangers(self):
        envelope = self.send_new()
        for user in (self.colleague, self.no_groups, self.portal, self.foreigner):
            for method in ("get_timeline", "check_timeline"):
                with self.assertRaises(AccessError):
                    self.rpc(user, "esign.envelope", method, envelope.ids)

    def test_tampering_shows(self):
        envelope = self.sign_all(self.send_new())
        self.assertTrue(
            self.rpc(self.sender, "esign.envelope", "check_timeline", envelope.ids)["whole"]
        )
        savepoint = self.env.cr.savepoint(flush=True)
        with savepoint:
            self.env.cr.execute("ALTER TABLE esign_event DISABLE TRIGGER USER")
            self.env.cr.execute(
                """UPDATE esign_event SET data = replace(data, 'clara@', 'carla@')
                    WHERE envelope_id = %s AND code = 'invited'""",
                [envelope.id],
            )
            self.env.invalidate_all()
            timeline = self.timeline(envelope)
            self.assertFalse(timeline["check"]["whole"])
            seq = next(line["seq"] for line in timeline["lines"] if line["code"] == "invited")
            self.assertIn(
                {
                    "seq": seq,
                    "what": "a line was edited",
                    "text": f"Line {seq}: a line was edited",
                },
                timeline["check"]["problems"],
            )
            savepoint.rollback()

    def test_whatever_a_line_holds(self):
        envelope = self.send_new()
        for number, data in enumerate(("[]", "no JSON", '{"signer": "x", "to": true}'), 1):
            self.env.cr.execute(
                """INSERT INTO esign_event
                     (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
                   VALUES (%s, %s, %s, %s, 'never', 'opened', 'signer:99999999999', %s, %s)""",
                [envelope.id, self.company.id, 100 + number, chain.GENESIS, data, "0" * 64],
            )
        timeline = self.timeline(envelope)
        self.assertFalse(timeline["check"]["whole"])
        self.assertEqual(timeline["lines"][0]["seq"], 103)

    def test_older_lines(self):
        envelope = self.send_new()
        self.add_lines(envelope, 210)
        newest = self.timeline(envelope)
        self.assertEqual(len(newest["lines"]), 200)
        self.assertTrue(newest["more"])
        older = self.timeline(envelope, self.sender, newest["lines"][-1]["seq"])
        self.assertFalse(older["more"])
        self.assertIsNone(older["check"])
        self.assertEqual(older["lines"][-1]["seq"], 1)
        self.assertEqual(len(older["lines"]) + 200, envelope.evidence_count)

    def test_cost_does_not_grow_with_the_log(self):
        def cost(count):
            envelope = self.send_new([self.customer, self.manager.partner_id])
            self.add_lines(envelope, count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            envelope.with_user(self.sender).get_timeline()
            return self.env.cr.sql_log_count - before

        cost(12)
        few, many = cost(12), cost(100)
        self.assertEqual(few, many)
        self.assertLessEqual(many, TIMELINE_QUERIES)


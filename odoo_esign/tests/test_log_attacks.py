"""What a database owner can do to the log with the trigger switched off, and that it shows.

The attacks are drawn by a generator with a fixed seed, so that a failure can be repeated.
"""

import json
import random

from odoo.tests import tagged

from ..evidence import canonical
from .common import EsignCase
from .log_owner import SEED, LogOwner, any_facts


@tagged("post_install", "-at_install")
class TestLogAttacks(LogOwner):
    def test_edits(self):
        """220 edits within the log: each is found without reading a file."""
        attacks = [
            *[self.change_column] * 120,
            *[self.delete_line] * 25,
            *[self.delete_and_close_up] * 25,
            *[self.swap_lines] * 25,
            *[self.insert_line] * 25,
        ]
        for attack in attacks:
            with self.attack():
                what = attack()
                self.assertTrue(self.quick(), f"{attack.__name__}: {what}")
        self.assertEqual(self.quick(), set())
        self.assertEqual(self.read_lines(), self.lines)

    def test_cut(self):
        """40 times cut with head and count adapted, half of them with the seals forgotten."""
        for number in range(40):
            with self.attack():
                what = self.cut_tail()
                if number % 2:
                    self.forget_seals()
                    self.assertEqual(self.quick(), set(), "the log is whole in itself")
                    self.assertIn("cut", self.deep(), what)
                else:
                    self.assertIn("cut", self.quick(), what)
        self.assertEqual(self.deep(), set())

    def test_rewritten(self):
        """40 times made anew, all that the database knows of it too: the PDFs say otherwise."""
        for _number in range(40):
            with self.attack():
                what = self.rewrite(self.random.randint(1, self.vouched))
                self.assertEqual(self.quick(), set(), "the log is whole in itself")
                self.assertIn("rewritten", self.deep(), what)
        self.assertEqual(self.deep(), set())

    def test_what_the_documents_name(self):
        """Behind the last signature the log's hashes of the files still have to be right."""
        stamped = next(line for line in self.lines if line["code"] == "stamped")
        with self.attack():
            self.lines = [dict(line) for line in self.lines]
            data = json.loads(stamped["data"])
            forged = canonical.dumps({**data, "sha256": "0" * 64}).decode()
            self.lines[stamped["seq"] - 1]["data"] = forged
            self.rewrite(0)
            self.assertEqual(self.quick(), set())
            self.assertIn("unlogged", self.deep())

    def test_limit(self):
        """What comes after the last signature is vouched for by nothing in the envelope."""
        self.assertLess(self.vouched, len(self.lines) - 1)
        with self.attack():
            self.cut_after(len(self.lines) - 1)
            self.assertEqual(self.deep(), set())


@tagged("post_install", "-at_install")
class TestCleanLogs(EsignCase):
    def test_thousand(self):
        """1,000 logs with lines of all kinds: no false alarm, neither from the daily check."""
        draw = random.Random(SEED)
        envelopes = self._quick("esign.envelope").create(
            [{"name": f"Agreement {number}"} for number in range(1000)]
        )
        codes = ("requested", "sent", "opened", "consented", "signed", "delivered", "filed")
        for envelope in envelopes:
            for _line in range(draw.randint(0, 12)):
                envelope._log(draw.choice(codes), any_facts(draw), actor=self.env.user)
        self.env.flush_all()
        self.env.cr.execute("ANALYZE esign_envelope, esign_event")  # as autovacuum would
        self.env.invalidate_all()
        for envelope in envelopes:
            self.assertEqual(envelope._verify_log(), [])
        ids = set(envelopes.ids)
        checks = self.env["esign.check"]
        for found in (checks._find_suspects(self.company.id), checks._find_gone(self.company.id)):
            self.assertFalse([key for key in found if key[0] in ids])

    def test_real_ones(self):
        """Everything that can become of an envelope, looked at with its documents."""
        pair = [
            {"partner_id": person.id, "quorum_group": "board"}
            for person in (self.customer, self.second)
        ]
        released = self.sign_all(self.send_new(pair, documents=2))
        self.assertIn("closed", self.codes(released))
        approved = self.sign_all(
            self.send_new(
                [self.customer, {"partner_id": self.second.id, "action": "approve", "step": 2}]
            )
        )
        halfway = self.send_new([self.customer, self.second])
        self.sign(halfway.signer_ids[0])
        before_sealing = [*halfway._verify_evidence()]
        self.run_jobs()
        declined = self.send_new()
        declined.signer_ids._decline("Too late", {})
        cancelled = self.send_new()
        cancelled.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(before_sealing, [])
        for envelope in (released, approved, halfway, declined, cancelled, self.make_envelope()):
            self.assertEqual(envelope._verify_evidence(), [], envelope.state)

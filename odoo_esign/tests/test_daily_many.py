"""The daily check over many envelopes: few queries, little memory, everything found."""

import json
import tracemalloc

from psycopg2.extras import execute_values

from odoo.tests import tagged

from ..evidence import chain
from .common import slow
from .daily import (
    DailyCase,
    copy_rows,
    know_sizes,
)


@tagged("post_install", "-at_install")
class TestManyEnvelopes(DailyCase):
    """Hundreds of envelopes are checked as well as one, in the same number of queries."""

    count = 600

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

    def test_few_queries(self):
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

        victims = ids[10], ids[self.count // 2], ids[-1]
        with self.as_owner() as cr:
            cr.execute("DELETE FROM esign_event WHERE envelope_id = %s AND seq = 2", victims[:1])
            cr.execute("DELETE FROM esign_envelope WHERE id = %s", victims[1:2])
            cr.execute("UPDATE esign_envelope SET evidence_count = 2 WHERE id = %s", victims[2:])
        checks._check_company(self.company.id)
        self.assertEqual(
            sorted((alert.envelope_number, alert.kind) for alert in self.alerts()),
            [(victims[0], "log"), (victims[1], "deleted"), (victims[2], "log")],
        )


@slow
class TestTenThousandEnvelopes(TestManyEnvelopes):
    count = 10_000

"""What the tests of the daily check share: a company's logs, and what somebody does to them."""

import base64
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import SQL

from ..evidence import chain
from ..models import esign_anchor
from ..pades.errors import StampFailed
from .common import EsignCase
from .test_storage import DiskCase

CHECK_LOGGER = "odoo.addons.odoo_esign.models.esign_check"


class DailyCase(DiskCase, EsignCase):
    """Plays days: the cron as it runs, then the clock goes on."""

    def stand_ins(self):
        super().stand_ins()
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

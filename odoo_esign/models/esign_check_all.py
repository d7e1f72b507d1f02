import os
import re

from odoo import api, models
from odoo.tools import SQL

from ..evidence.chain import GENESIS

PAGE = 2_000
# Odoo's own filestore; other storage has other names and is left to the sample
STORED_FILE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}")
# an envelope comes to such a state with a line of the same name
STATES = ("completed", "declined", "expired", "cancelled")
# and no way leads out of it; out of "expired" a line "reopened" does
FINAL = ("completed", "cancelled")


class EsignCheckAll(models.Model):
    """What is checked for all envelopes of a company every day: a few queries, however many."""

    _inherit = "esign.check"

    # ------------------------------------------------------------- gone
    @api.model
    def _find_gone(self, company_id):
        """Return the envelopes that were anchored, or have a log, and don't exist any more."""
        rows = self.env.execute_query(
            SQL(
                """SELECT g.id, max(g.reference), max(g.count) FROM (
                    SELECT envelope_id AS id, reference, count
                      FROM esign_anchor_head WHERE company_id = %(company)s
                     UNION ALL
                    SELECT envelope_id, NULL, seq
                      FROM esign_event WHERE company_id = %(company)s AND seq = 1) g
                 WHERE NOT EXISTS (SELECT 1 FROM esign_envelope v WHERE v.id = g.id)
              GROUP BY g.id""",
                company=company_id,
            )
        )
        return {
            (id_, "deleted"): {"reference": reference or str(id_), "count": count}
            for id_, reference, count in rows
        }

    @api.model
    def _judged_gone(self, company_id):
        alerts = self.env["esign.alert"].search(
            [("company_id", "=", company_id), ("kind", "=", "deleted"), ("state", "!=", "mended")]
        )
        return {(alert.envelope_number, "deleted") for alert in alerts}

    # ------------------------------------------------------------- changed
    @api.model
    def _find_suspects(self, company_id, envelope_id=None):
        """Return what does not fit, by (envelope's id, kind): of all envelopes, or of one."""
        only = SQL("AND v.id = %s", envelope_id) if envelope_id else SQL()
        logs = self._find_heads(company_id, only)
        for more in (self._find_ends(company_id, only), self._find_links(company_id, only)):
            for id_, problems in more.items():
                logs[id_] = logs.get(id_, set()) | problems
        found = {(id_, "log"): {"problems": sorted(problems)} for id_, problems in logs.items()}
        for id_, problems in self._find_states(company_id, only).items():
            found[id_, "changed"] = {"problems": sorted(problems)}
        for id_, names in self._find_documents(company_id, only).items():
            if id_ not in logs:  # a log that does not fit says nothing about documents
                found[id_, "documents"] = {"documents": sorted(names)}
        return found

    def _find_heads(self, company_id, only):
        """Every head that was ever anchored has to be in the log still."""
        return self._collect(
            SQL(
                """SELECT v.id, CASE WHEN v.evidence_count < h.count THEN 'cut'
                                     ELSE 'rewritten' END
                     FROM esign_anchor_head h
                     JOIN esign_envelope v ON v.id = h.envelope_id
                LEFT JOIN esign_event e ON e.envelope_id = h.envelope_id AND e.seq = h.count
                    WHERE h.company_id = %s AND e.hash IS DISTINCT FROM h.head %s""",
                company_id,
                only,
            )
        )

    def _find_ends(self, company_id, only):
        """The log has to end as the envelope's row says."""
        return self._collect(
            SQL(
                """SELECT v.id, 'head' FROM esign_envelope v
                LEFT JOIN LATERAL (
                    SELECT seq, hash FROM esign_event
                     WHERE envelope_id = v.id ORDER BY seq DESC LIMIT 1) e ON true
                    WHERE v.company_id = %s
                      AND (COALESCE(v.evidence_count, 0) != COALESCE(e.seq, 0)
                        OR COALESCE(v.evidence_head, '') != COALESCE(e.hash, '')
                        OR v.state != 'draft' AND e.seq IS NULL) %s""",
                company_id,
                only,
            )
        )

    def _find_links(self, company_id, only):
        """Each line has to follow the one before; whether it is its own hash is for the sample."""
        return self._collect(
            SQL(
                """SELECT envelope_id, CASE WHEN seq != place THEN 'order' ELSE 'broken' END
                     FROM (
                        SELECT e.envelope_id, e.seq, e.prev, row_number() OVER w AS place,
                               lag(e.hash, 1, %s) OVER w AS before
                          FROM esign_event e JOIN esign_envelope v ON v.id = e.envelope_id
                         WHERE v.company_id = %s %s
                        WINDOW w AS (PARTITION BY e.envelope_id ORDER BY e.seq)) lines
                    WHERE seq != place OR prev != before""",
                GENESIS,
                company_id,
                only,
            )
        )

    def _find_states(self, company_id, only):
        """State, number and company have to be those of the log and of the anchors."""
        found = self._collect(
            SQL(
                """SELECT v.id, 'state' FROM esign_envelope v
                    WHERE v.company_id = %s %s
                      AND (v.state IN %s AND NOT EXISTS (
                            SELECT 1 FROM esign_event e
                             WHERE e.envelope_id = v.id AND e.code = v.state)
                        OR EXISTS (
                            SELECT 1 FROM esign_event e
                             WHERE e.envelope_id = v.id AND e.code IN %s AND e.code != v.state)
                        OR (v.state = 'expired') != COALESCE((
                            SELECT e.code = 'expired' FROM esign_event e
                             WHERE e.envelope_id = v.id AND e.code IN ('expired', 'reopened')
                          ORDER BY e.seq DESC LIMIT 1), false))
                """,
                company_id,
                only,
                STATES,
                FINAL,
            )
        )
        anchored = SQL(
            """SELECT v.id, CASE WHEN v.company_id != h.company_id THEN 'company'
                                 ELSE 'reference' END
                 FROM esign_anchor_head h JOIN esign_envelope v ON v.id = h.envelope_id
                WHERE h.company_id = %s
                  AND (v.company_id != h.company_id OR v.reference != h.reference) %s""",
            company_id,
            only,
        )
        for id_, problems in self._collect(anchored).items():
            found[id_] = found.get(id_, set()) | problems
        return found

    def _find_documents(self, company_id, only):
        """The hashes kept for the documents have to be in the log."""
        return self._collect(
            SQL(
                """SELECT v.id, d.name
                     FROM esign_document d JOIN esign_envelope v ON v.id = d.envelope_id
                    WHERE v.company_id = %s AND v.state NOT IN ('draft', 'preparing') %s
                      AND (%s OR %s)""",
                company_id,
                only,
                self._not_in_log("frozen_sha256", ("frozen", "certified")),
                self._not_in_log("sealed_sha256", ("sealed", "closed", "stamped", "renewed")),
            )
        )

    def _not_in_log(self, column, codes):
        return SQL(
            """d.%(column)s IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM esign_event e
                 WHERE e.envelope_id = d.envelope_id AND e.code IN %(codes)s
                   AND strpos(e.data, d.%(column)s) > 0)""",
            column=SQL.identifier(column),
            codes=codes,
        )

    def _collect(self, query):
        found = {}
        for id_, problem in self.env.execute_query(query):
            found.setdefault(id_, set()).add(problem)
        return found

    # ------------------------------------------------------------- files
    @api.model
    def _find_missing_files(self, company_id):
        """Return the envelopes of which a file is not there, or has another size.

        Without opening one: that is for the sample.
        """
        found, last = {}, 0
        while True:
            with self._own_environment() as env:
                rows = env.execute_query(self._files_query(company_id, last))
                attachments = env["ir.attachment"]
                paths = {
                    row[0]: attachments._full_path(row[4])
                    for row in rows
                    if row[4] and STORED_FILE.fullmatch(row[4])
                }
            for attachment_id, envelope_id, name, size, store_fname, in_database in rows:
                path = paths.get(attachment_id)
                if (path and _size_of(path) != size) or not (store_fname or in_database):
                    facts = found.setdefault((envelope_id, "file"), {"documents": []})
                    if name not in facts["documents"]:
                        facts["documents"].append(name)
            if len(rows) < PAGE:
                return found
            last = rows[-1][0]

    @staticmethod
    def _files_query(company_id, last):
        return SQL(
            """SELECT a.id, d.envelope_id, d.name, a.file_size, a.store_fname,
                      a.db_datas IS NOT NULL
                 FROM ir_attachment a
                 JOIN esign_document d
                   ON a.id IN (d.frozen_attachment_id, d.sealed_attachment_id)
                WHERE a.res_model = 'esign.document' AND a.res_id = d.id
                  AND d.company_id = %s AND a.id > %s
             ORDER BY a.id LIMIT %s""",
            company_id,
            last,
            PAGE,
        )


def _size_of(path):
    try:
        return os.stat(path).st_size
    except OSError:
        return None

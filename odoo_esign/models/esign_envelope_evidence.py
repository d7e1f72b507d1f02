import hashlib
import json

import psycopg2.errors

from odoo import models
from odoo.tools import SQL

from ..evidence import canonical, chain

CLOCK = SQL("to_char(clock_timestamp() AT TIME ZONE 'UTC', %s)", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
# the last line's hash, how many lines there are, and the time for the next
LOG_END = SQL("evidence_head, evidence_count, %s", CLOCK)


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _log(self, code, facts, *, actor=None):
        """Append one line to the evidence log, chained to the last one.

        :param str code: what happened; a code, never a label (labels are made on reading)
        :param dict facts: what else is known; strings, whole numbers, lists and dicts only
        :param actor: a user, a signer, or None for the system itself
        """
        self._log_lines([(code, facts, actor)])

    def _log_lines(self, lines, behind=None):
        """Append lines about one moment, given as (code, facts, actor).

        The time is the database's clock, read with the line before. They are added only behind
        the line that was read, so that no two of an envelope get the same number.

        :param behind: the end of the log, if ``_lock`` has just read it
        """
        self.ensure_one()
        if not behind:
            [behind] = self.env.execute_query(
                SQL("SELECT %s FROM esign_envelope WHERE id = %s", LOG_END, self.id)
            )
        before, count, ts = behind
        head, rows = before or chain.GENESIS, []
        for seq, (code, facts, actor) in enumerate(lines, (count or 0) + 1):
            data = {"actor": self._actor_code(actor), **facts}
            digest = chain.event_hash(seq, head, ts, code, data)
            written = canonical.dumps(data).decode()
            rows.append((seq, head, ts, code, data["actor"], written, digest))
            head = digest
        self._write_lines(rows, count, head)
        self.invalidate_recordset(["evidence_head", "evidence_count", "event_ids"], flush=False)

    def _write_lines(self, rows, count, head):
        """Add lines behind the ``count`` that were there, and keep the new ``head``.

        :raise psycopg2.errors.SerializationFailure: if somebody else was faster
        """
        self.env.cr.execute(
            SQL(
                """WITH envelope AS (
                    UPDATE esign_envelope SET evidence_head = %s, evidence_count = %s
                     WHERE id = %s AND evidence_count IS NOT DISTINCT FROM %s
                 RETURNING id, company_id)
                INSERT INTO esign_event
                    (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
                SELECT envelope.id, envelope.company_id, line.*
                  FROM envelope, (VALUES %s) AS line (seq, prev, ts, code, actor, data, hash)""",
                head,
                (count or 0) + len(rows),
                self.id,
                count,
                SQL(", ").join(rows),
            ),
            log_exceptions=False,  # meeting another transaction is expected, it is tried again
        )
        if self.env.cr.rowcount != len(rows):
            raise psycopg2.errors.SerializationFailure("somebody else has added lines")

    def _actor_code(self, actor):
        if not actor:
            return "system"
        if actor._name == "res.users":
            return "system" if actor._is_superuser() else f"user:{actor.id}"
        return f"signer:{actor.id}"

    # ------------------------------------------------------------- terms
    def _record_terms(self):
        """Return what the record says now, in canonical form, or '' where it has no terms."""
        self.ensure_one()
        record = self._record()
        if record is None:
            # a record that was deleted says something else than the one that was sent
            return "deleted" if self.res_id else ""
        if not hasattr(record, "_esign_terms"):
            return ""
        return canonical.dumps(record.sudo()._esign_terms()).decode()

    def _keep_terms(self, terms):
        return {"terms": terms, "terms_sha256": hashlib.sha256(terms.encode()).hexdigest()}

    def _terms_changed(self):
        """Tell whether the record says something else now than what was frozen."""
        self.ensure_one()
        now, frozen = self._record_terms(), self.terms or ""
        if now == frozen:
            return False
        try:
            return not _agrees(json.loads(now), json.loads(frozen))
        except ValueError:
            return True

    def _record_acceptable(self):
        """Tell whether the record can still be agreed to, in the words that were frozen."""
        record = self._record()
        if record is not None and hasattr(record, "_esign_is_acceptable"):
            if not record.sudo()._esign_is_acceptable():
                return False
        return not self._terms_changed()


def _agrees(now, frozen):
    """Tell whether ``now`` says all that was frozen.

    What it says beyond that is left out of account: a newer version of the software may take
    more into the terms, and an open envelope is not to be revised for that.
    """
    if isinstance(frozen, dict):
        return isinstance(now, dict) and all(
            name in now and _agrees(now[name], value) for name, value in frozen.items()
        )
    if isinstance(frozen, list):
        return isinstance(now, list) and len(now) == len(frozen) and all(map(_agrees, now, frozen))
    return now == frozen

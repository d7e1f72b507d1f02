import hashlib
import json

from odoo import models
from odoo.tools import SQL

from ..evidence import canonical, chain

CLOCK_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _log(self, code, facts, *, actor=None):
        """Append one line to the evidence log, chained to the last one.

        :param str code: what happened; a code, never a label (labels are made on reading)
        :param dict facts: what else is known; strings, whole numbers, lists and dicts only
        :param actor: a user, a signer, or None for the system itself
        """
        self._log_lines([(code, facts)], actor=actor)

    def _log_lines(self, lines, *, actor=None):
        """Append lines about one moment, given as (code, facts).

        The time is the database's clock, read when the lines are written. The UPDATE holds
        the envelope's row, so that lines of one envelope never get the same number.
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE esign_envelope SET evidence_count = COALESCE(evidence_count, 0) + %s
                    WHERE id = %s
                RETURNING evidence_head, evidence_count,
                    to_char(clock_timestamp() AT TIME ZONE 'UTC', %s)""",
                len(lines),
                self.id,
                CLOCK_FORMAT,
            ),
            log_exceptions=False,  # meeting another transaction is expected, it is tried again
        )
        head, count, ts = self.env.cr.fetchone()
        head, rows = head or chain.GENESIS, []
        for seq, (code, facts) in enumerate(lines, count - len(lines) + 1):
            data = {"actor": self._actor_code(actor), **facts}
            digest = chain.event_hash(seq, head, ts, code, data)
            written = canonical.dumps(data).decode()
            rows.append(
                (self.id, self.company_id.id, seq, head, ts, code, data["actor"], written, digest)
            )
            head = digest
        self.env.cr.execute(
            SQL(
                """WITH line AS (
                    INSERT INTO esign_event
                        (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
                    VALUES %s)
                UPDATE esign_envelope SET evidence_head = %s WHERE id = %s""",
                SQL(", ").join(rows),
                head,
                self.id,
            )
        )
        self.invalidate_recordset(["evidence_head", "evidence_count", "event_ids"], flush=False)

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

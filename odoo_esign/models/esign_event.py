import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..evidence import canonical, chain


def moment_of(ts):
    """Return a time of the log as Odoo keeps times (UTC, whole seconds), None if it is none."""
    try:
        return fields.Datetime.to_datetime(str(ts)[:19].replace("T", " "))
    except ValueError:
        return None


class UntiedMany2one(fields.Many2one):
    """A many2one without a foreign key: deleting the other record touches no evidence."""

    def update_db_foreign_key(self, model, column):
        """No constraint, hence neither SET NULL nor CASCADE ever rewrites a line."""


class EsignEvent(models.Model):
    """One line of the evidence log, chained by hash inside its envelope."""

    _name = "esign.event"
    _description = "Evidence Log Line"
    _order = "envelope_id desc, seq"
    _log_access = False
    _rec_name = "code"

    envelope_id = UntiedMany2one("esign.envelope", required=True, readonly=True)
    company_id = UntiedMany2one("res.company", required=True, readonly=True)
    seq = fields.Integer("No.", required=True, readonly=True, aggregator=None)
    prev = fields.Char("Previous hash", required=True, readonly=True)
    ts = fields.Char("Time (UTC)", required=True, readonly=True)
    # words for people; the log itself, its hashes and everything that checks them know codes
    code = fields.Selection("_select_code", "Event", required=True, readonly=True)
    actor = fields.Char(required=True, readonly=True)
    data = fields.Text("Facts", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _seq_uniq = models.UniqueIndex("(envelope_id, seq)")

    def init(self):
        """A trigger of the database refuses changes, from whatever program they come.

        Its owner can switch it off; that shows, since the hashes don't fit any more.
        """
        self.env.cr.execute(
            SQL(
                """CREATE OR REPLACE FUNCTION esign_event_refuse() RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION 'esign_event is evidence: %% is refused', TG_OP;
                END $$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS esign_event_no_change ON esign_event;
                CREATE TRIGGER esign_event_no_change BEFORE UPDATE OR DELETE ON esign_event
                    FOR EACH ROW EXECUTE FUNCTION esign_event_refuse();
                DROP TRIGGER IF EXISTS esign_event_no_truncate ON esign_event;
                CREATE TRIGGER esign_event_no_truncate BEFORE TRUNCATE ON esign_event
                    FOR EACH STATEMENT EXECUTE FUNCTION esign_event_refuse();"""
            )
        )

    # the three refuse, hence no super()
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(
            self.env._("The evidence log can only be written by the signing process.")
        )

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The evidence log can't be changed."))

    def unlink(self):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The evidence log can't be deleted."))

    def _as_chain_event(self):
        try:
            data = json.loads(self.data)
        except ValueError:
            data = self.data  # somebody wrote something else into it, which shows in the hash
        return chain.Event(
            seq=self.seq,
            prev=self.prev,
            ts=self.ts,
            type=self.code,
            data=data,
            hash=self.hash,
        )

    def _is_as_written(self, envelope):
        """Tell whether what is no part of the hash by itself agrees with what is.

        The text of the facts may differ and still mean the same; it is written in one form only.
        """
        try:
            facts = json.loads(self.data)
            written = canonical.dumps(facts).decode() == self.data
        except (ValueError, TypeError, RecursionError):
            return False
        agrees = isinstance(facts, dict) and facts.get("actor") == self.actor
        return written and agrees and self.company_id.id == envelope.company_id.id

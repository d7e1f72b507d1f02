from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class EsignEnvelopeExtend(models.TransientModel):
    """The dialog that gives more time to sign, for several envelopes at once too; never less."""

    _name = "esign.envelope.extend"
    _description = "Extend the Time to Sign"
    _inherit = ["esign.dialog"]

    envelope_ids = fields.Many2many("esign.envelope", required=True)
    left_names = fields.Char(
        "Not changed", readonly=True, help="Not out for signature, or without a deadline"
    )
    date_deadline = fields.Datetime("Sign by", required=True)
    open_count = fields.Integer(compute="_compute_counts")
    expired_count = fields.Integer(compute="_compute_counts")
    told_names = fields.Char("Gets an email or SMS", compute="_compute_counts")
    kept_names = fields.Char("Keeps a later deadline", compute="_compute_kept_names")

    @api.depends("envelope_ids")
    def _compute_counts(self):
        for dialog in self:
            expired = dialog._expired()
            told = expired.signer_ids.filtered(lambda s: s._waits_for_reopening())
            dialog.expired_count = len(expired)
            dialog.open_count = len(dialog.envelope_ids) - len(expired)
            dialog.told_names = ", ".join(dict.fromkeys(told.mapped("name")))

    @api.depends("envelope_ids", "date_deadline")
    def _compute_kept_names(self):
        for dialog in self:
            dialog.kept_names = ", ".join(dialog._kept().mapped("name"))

    def _expired(self):
        return self.envelope_ids.filtered(lambda envelope: envelope.state == "expired")

    def _kept(self):
        """Return those that have as much time already: nobody gets less by being given more."""
        wanted = self.date_deadline
        return (self.envelope_ids - self._expired()).filtered(
            lambda e: wanted and (not e.date_deadline or e.date_deadline >= wanted)
        )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        envelopes = self.env["esign.envelope"].browse(self.env.context.get("active_ids", []))
        values.setdefault("envelope_ids", [fields.Command.set(envelopes.ids)])
        now = fields.Datetime.now()
        latest = max(envelopes.filtered("date_deadline").mapped("date_deadline"), default=now)
        later = fields.Datetime.context_timestamp(self, max(latest, now)) + timedelta(days=7)
        values["date_deadline"] = envelopes._end_of_day(later.date())
        return values

    def action_extend(self):
        self.ensure_one()
        self._check_later()
        expired = self._expired()
        (self.envelope_ids - expired - self._kept()).write({"date_deadline": self.date_deadline})
        expired._reopen(self.date_deadline)
        return {"type": "ir.actions.act_window_close"}

    def _check_later(self):
        if self.date_deadline <= fields.Datetime.now():
            raise UserError(self.env._("The deadline must be in the future."))
        if self.envelope_ids - self._kept():
            return
        if len(self.envelope_ids) > 1:
            raise UserError(
                self.env._("All of them can be signed until then, or longer: choose a later date.")
            )
        raise UserError(
            self.env._(
                "“%s” can be signed until then, or longer: choose a later date. To give less "
                "time, change the date on the envelope.",
                self.envelope_ids.name,
            )
        )

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .esign_seal_facts import WARN_DAYS


class EsignSeal(models.Model):
    """Warns before a seal's certificates end."""

    _inherit = "esign.seal"

    warned_days = fields.Integer(
        readonly=True, copy=False, help="How many days before the expiry the last warning was sent."
    )
    expiry_warning = fields.Text(compute="_compute_expiry_warning")

    @api.depends("ends", "ending_name")
    @api.depends_context("lang")
    def _compute_expiry_warning(self):
        for seal in self:
            days = seal._days_left()
            seal.expiry_warning = seal._expiry_words(days) if _is_near(days) else False

    def _expiry_words(self, days):
        _ = self.env._
        values = {"name": self.ending_name, "day": format_date(self.env, self.ends)}
        if days < 0:
            return _(
                "The certificate of “%(name)s” expired on %(day)s. Nothing can be sent with this "
                "seal, and envelopes in progress have to wait.",
                **values,
            )
        return _(
            "The certificate of “%(name)s” expires on %(day)s. Get a new one before then: after "
            "that, nothing can be sent with this seal, and envelopes in progress will have to "
            "wait.",
            **values,
        )

    def _forget_warnings(self, ends):
        """Take the warnings back where the certificates were renewed."""
        days = (ends - fields.Datetime.now()) // timedelta(days=1)
        if self.warned_days and not _is_near(days):
            self.write({"warned_days": 0})
            self.activity_unlink(["odoo_esign.mail_activity_seal_ends"])

    @api.model
    def _cron_warn(self):
        """Warn the administrators 30, 7 and 1 days before, each time once."""
        self._refresh_builtin()
        near = fields.Datetime.now() + timedelta(days=max(WARN_DAYS) + 1)
        for seal in self.search([("state", "!=", "disabled"), ("ends", "<", near)]):
            days = seal._days_left()
            due = min((step for step in WARN_DAYS if days < step), default=None)
            if due and (not seal.warned_days or due < seal.warned_days):
                seal._warn(days)
                seal.write({"warned_days": due})

    @api.model
    def _refresh_builtin(self):
        """The built-in authority is made at first use, and re-issued by others than the seal."""
        for seal in self.search([("code", "=", "builtin"), ("state", "!=", "disabled")]):
            seal._load_facts()

    def _warn(self, days):
        """Leave an activity for each administrator, who does not need the one before any more."""
        self.activity_unlink(["odoo_esign.mail_activity_seal_ends"])
        for user in self.company_id._esign_administrators():
            seal = self.with_context(lang=user.lang or None)
            seal.activity_schedule(
                "odoo_esign.mail_activity_seal_ends",
                date_deadline=max(self.ends.date(), fields.Date.today()),
                user_id=user.id,
                summary=seal.env._("The seal “%s” expires", seal.name),
                note=seal._expiry_words(days),
            )


def _is_near(days):
    return days is not None and days < max(WARN_DAYS)

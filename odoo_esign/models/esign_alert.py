import json

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .esign_envelope import USERS
from .esign_event import UntiedMany2one
from .guard import is_unlocked, unlocked
from .in_words import taken_up

ADMIN = "odoo_esign.group_esign_admin"
KINDS = [
    ("deleted", "Envelope is missing"),
    ("log", "Log was changed"),
    ("changed", "Envelope was changed"),
    ("documents", "Document was replaced"),
    ("file", "File is missing or different"),
    ("seal", "Signature does not hold up"),
    ("anchor", "Daily anchors were changed"),
    ("late", "No daily anchor"),
    ("renewal", "Time stamp can't be renewed"),
]
# a disaster hits thousands of envelopes at once; nobody needs a reminder for each of them
MAX_ACTIVITIES = 10
# says why something isn't there yet; another reason does not make it another matter
PASSING = ("why",)


class EsignAlert(models.Model):
    """Evidence that does not fit any more: one per envelope and kind, however often it is seen."""

    _name = "esign.alert"
    _description = "Alert about Evidence"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "last_seen desc, id desc"
    _rec_name = "subject"

    # by hand: only the reason, before acknowledging
    _open_fields = frozenset({"reason"})
    _technical_prefixes = ("message_", "activity_", "website_message_", "my_activity_")

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    # the envelope may be what is gone
    envelope_id = UntiedMany2one("esign.envelope", readonly=True)
    envelope_number = fields.Integer(
        "Envelope ID", readonly=True, help="0: it concerns the whole company", default=0
    )
    reference = fields.Char("Number", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    facts = fields.Json(readonly=True)
    subject = fields.Char(compute="_compute_text")
    text = fields.Text("What was found", compute="_compute_text")
    advice = fields.Text("What to do", compute="_compute_text")
    first_seen = fields.Datetime(readonly=True, default=fields.Datetime.now)
    last_seen = fields.Datetime(readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("open", "Open"), ("acknowledged", "Acknowledged"), ("mended", "Resolved")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Text(help="What caused it, and what was done about it")
    acknowledged_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    acknowledged_on = fields.Datetime(readonly=True)

    _kind_uniq = models.UniqueIndex("(company_id, envelope_number, kind)")
    _envelope_idx = models.Index("(envelope_id) WHERE state != 'mended'")

    # ------------------------------------------------------------- guards
    @api.model_create_multi
    def create(self, vals_list):
        if not is_unlocked(self.env):
            raise AccessError(self.env._("Alerts are created by the daily check only."))
        return super().create(vals_list)

    def write(self, vals):
        if not is_unlocked(self.env):
            closed = {
                name for name in vals if not name.startswith(self._technical_prefixes)
            } - self._open_fields
            if closed:
                raise AccessError(self.env._("Alerts are created by the daily check only."))
            if "reason" in vals and any(alert.state != "open" for alert in self):
                raise UserError(self.env._("The reason has been given and can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Alerts can't be deleted, only acknowledged."))

    # ------------------------------------------------------------- reporting
    @api.model
    def _report(self, company_id, found, judged):
        """Keep what a check has found, and close what it does not find any more.

        :param dict found: facts by (envelope's id or 0, kind)
        :param judged: the (envelope's id or 0, kind) that the check would have found
        """
        alerts = unlocked(self.sudo())
        wanted = {*found, *judged}
        known = {
            (alert.envelope_number, alert.kind): alert
            for alert in alerts.search(
                [
                    ("company_id", "=", company_id),
                    ("envelope_number", "in", sorted({number for number, _kind in wanted})),
                ]
            )
        }
        now = fields.Datetime.now()
        news = alerts.browse()
        for (number, kind), facts in found.items():
            alert = known.get((number, kind))
            if not alert:
                news |= alerts.create(self._values_of(company_id, number, kind, facts))
                continue
            if alert._is_news(facts):
                news |= alert
                alert.write({"state": "open", "reason": False, "first_seen": now})
            alert.write({"last_seen": now, "facts": facts})
        news._announce()
        for key in wanted - found.keys():
            if key in known and known[key].state != "mended":
                known[key]._mend()
        return news

    def _values_of(self, company_id, number, kind, facts):
        facts = dict(facts)
        envelope = self.env["esign.envelope"].sudo().browse(number).exists()
        return {
            "company_id": company_id,
            "envelope_id": number or False,
            "envelope_number": number,
            "reference": facts.pop("reference", None) or envelope.reference,
            "kind": kind,
            "facts": facts,
        }

    def _is_news(self, facts):
        """Tell whether this has to be looked at again: it came back, or became another matter."""
        if self.state == "mended":
            return True
        return self.state == "acknowledged" and _lasting(self.facts) != _lasting(facts)

    def _mend(self):
        unlocked(self).write({"state": "mended", "last_seen": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_warning"])
        self._on_envelope(lambda envelope: envelope._log("alert_mended", self._log_facts()))

    def _announce(self):
        """Tell the administrators, and the envelope's log where there still is one."""
        for number, alert in enumerate(self):
            facts = alert._log_facts(problems=_texts(alert.facts))
            alert._on_envelope(lambda envelope, facts=facts: envelope._log("alert", facts))
            if number >= MAX_ACTIVITIES:
                continue
            more = len(self) - MAX_ACTIVITIES
            for user in alert.company_id._esign_administrators():
                in_words = alert.with_context(lang=user.lang or None)
                note = in_words.text
                if number == MAX_ACTIVITIES - 1 and more > 0:
                    note = in_words.env._("%(text)s (and %(more)s more)", text=note, more=more)
                alert.activity_schedule(
                    "mail.mail_activity_data_warning",
                    user_id=user.id,
                    summary=in_words.subject,
                    note=note,
                )

    def _log_facts(self, **more):
        return {"kind": self.kind, **more}

    def _on_envelope(self, log):
        """Let ``log`` write a line on the envelope, where there still is one."""
        envelope = self.env["esign.envelope"].sudo().browse(self.envelope_number).exists()
        if not envelope:
            return
        try:
            with self.env.cr.savepoint():
                log(envelope)
        except psycopg2.IntegrityError:
            # the log is damaged in a way that takes no further line; the alert says so
            envelope.invalidate_recordset()

    # ------------------------------------------------------------- by hand
    def action_acknowledge(self):
        self.check_access("write")
        user = self.env.user
        for alert in self.filtered(lambda one: one.state == "open"):
            if not (alert.reason or "").strip():
                raise UserError(
                    self.env._("Write down what caused it before you acknowledge the alert.")
                )
            unlocked(alert).write(
                {
                    "state": "acknowledged",
                    "acknowledged_by": self.env.uid,
                    "acknowledged_on": fields.Datetime.now(),
                }
            )
            alert.activity_unlink(["mail.mail_activity_data_warning"])
            facts = alert._log_facts(reason=alert.reason)
            alert._on_envelope(
                lambda envelope, facts=facts: envelope._log("alert_acknowledged", facts, actor=user)
            )
        return True

    def action_open_envelope(self):
        self.ensure_one()
        return self.envelope_id._get_kept_form_action()

    def action_check_again(self):
        """Check the envelopes of these alerts now, as the daily job does."""
        self.check_access("write")
        checks = self.env["esign.check"].sudo()
        for company in self.company_id:
            checks._check_company(company.id)
        for number in {alert.envelope_number for alert in self} - {0}:
            checks._check_envelope(number)
        return True


def _lasting(facts):
    return {name: value for name, value in (facts or {}).items() if name not in PASSING}


def _texts(facts):
    """Return the facts as JSON, which the log takes as one text; the reasons in English."""
    plain = {name: taken_up(value) for name, value in (facts or {}).items()}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    alert_ids = fields.One2many(
        "esign.alert", "envelope_id", "Alerts", copy=False, readonly=True, groups=ADMIN
    )
    alert_text = fields.Text("Problem found", compute="_compute_alert_text", groups=USERS)

    @api.depends("alert_ids.state", "alert_ids.facts")
    @api.depends_context("lang")
    def _compute_alert_text(self):
        """Whoever relies on an envelope has to know that something is wrong with it."""
        for envelope in self:
            alerts = envelope.sudo().alert_ids.filtered(lambda alert: alert.state != "mended")
            envelope.alert_text = "\n".join(alerts.mapped("text"))

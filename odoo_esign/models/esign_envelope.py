import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, email_normalize_all

STATES = [
    ("draft", "Draft"),
    ("preparing", "Being prepared"),
    ("sent", "Sent"),
    ("signed", "Signed"),
    ("completed", "Completed"),
    ("declined", "Declined"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
]
# portal users read what they were asked to sign, not how it is worked on
USERS = "odoo_esign.group_esign_user"
OPEN_STATES = ("preparing", "sent", "signed")
# no I, L, O, U, 0, 1: read aloud and typed from paper without mistakes
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference():
    """Return a number for people, 98 random bits: knowing one does not help to guess others."""
    return "-".join(
        "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(5)) for _ in range(4)
    )


class EsignEnvelope(models.Model):
    """One signing process: documents, signers, their order, and the record it is about."""

    _name = "esign.envelope"
    _description = "Signature Envelope"
    _inherit = ["mail.thread", "mail.activity.mixin", "esign.protected"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    _esign_own_fields = frozenset(
        {
            "state",
            "sender_id",
            "seal_id",
            "authority_id",
            "reference",
            "revision",
            "evidence_head",
            "evidence_count",
            "terms",
            "terms_sha256",
            "terms_differ",
            "date_sent",
            "date_signed",
            "date_completed",
            "closing_reason",
            "needs_attention",
        }
    )
    _esign_open_fields = frozenset(
        {
            "user_id",
            "date_deadline",
            "reminder_first",
            "reminder_every",
            "reminder_most",
            "last_call",
        }
    )
    _esign_printed_fields = {"name": 200}

    name = fields.Char("Subject", required=True, tracking=True)
    reference = fields.Char(
        "Number", required=True, readonly=True, copy=False, default=lambda self: new_reference()
    )
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand="_expand_states",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    sender_id = fields.Many2one(
        "res.users",
        "Sent by",
        readonly=True,
        copy=False,
        help="The follow-up runs with this user's access rights.",
    )
    message = fields.Text("Message to the signers")
    document_ids = fields.One2many("esign.document", "envelope_id", "Documents", copy=True)
    signer_ids = fields.One2many("esign.signer", "envelope_id", "Participants", copy=True)
    signature_ids = fields.One2many("esign.signature", "envelope_id", "Signatures", copy=False)
    event_ids = fields.One2many("esign.event", "envelope_id", "Log", copy=False, groups=USERS)
    job_ids = fields.One2many("esign.job", "envelope_id", "Jobs", copy=False, groups=USERS)

    partner_id = fields.Many2one(
        "res.partner", "Counterparty", compute="_compute_partner_id", store=True, index=True
    )
    res_model = fields.Char("Record model", index=True, copy=False)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", copy=False)
    record_name = fields.Char("Record", compute="_compute_record_name", store=True, copy=False)

    date_deadline = fields.Datetime(
        "Sign by", tracking=True, copy=False, default=lambda self: self._default_deadline()
    )
    date_sent = fields.Datetime("Sent on", readonly=True, copy=False)
    date_signed = fields.Datetime("Signed on", readonly=True, copy=False)
    date_completed = fields.Datetime("Completed on", readonly=True, copy=False)
    closing_reason = fields.Text("Reason", readonly=True, copy=False)

    revision = fields.Integer(readonly=True, copy=False, default=0, groups=USERS)
    terms = fields.Text("Terms at the freeze", readonly=True, copy=False, groups=USERS)
    terms_sha256 = fields.Char("Terms' SHA-256", readonly=True, copy=False)
    evidence_head = fields.Char("Log's head", readonly=True, copy=False, groups=USERS)
    evidence_count = fields.Integer(
        "Log's length", readonly=True, copy=False, default=0, groups=USERS
    )

    needs_attention = fields.Boolean(readonly=True, copy=False)
    attention_reason = fields.Text(compute="_compute_attention_reason", groups=USERS)
    signer_count = fields.Integer(compute="_compute_progress")
    signed_count = fields.Integer(compute="_compute_progress")
    progress = fields.Char(compute="_compute_progress")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    my_signer_id = fields.Many2one("esign.signer", compute="_compute_my_signer_id")

    _reference_uniq = models.Constraint("UNIQUE(reference)", "The number is already taken.")
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _open_deadline_idx = models.Index("(date_deadline) WHERE state = 'sent'")

    def _esign_envelopes(self):
        return self

    def _esign_check_new(self):
        """A new envelope is a draft: its state is among the module's own fields."""

    # ------------------------------------------------------------- computed
    @api.depends(
        "signer_ids.partner_id", "signer_ids.user_id", "signer_ids.step", "signer_ids.sequence"
    )
    def _compute_partner_id(self):
        """The first who is none of us; where all are, the first who is not responsible for it."""
        for envelope in self:
            signers = envelope.signer_ids.sorted(lambda s: (s.step, s.sequence))
            others = signers.partner_id - envelope.user_id.partner_id
            outside = signers.filtered(lambda s: not s.user_id).partner_id & others
            envelope.partner_id = (outside or others or signers.partner_id)[:1]

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for envelope in self:
            # only of an envelope that exists: its maker's access to the record was checked
            record = envelope._record() if envelope._origin else None
            envelope.record_name = record.sudo().display_name if record else False

    @api.depends("job_ids.state", "job_ids.error")
    @api.depends_context("lang")
    def _compute_attention_reason(self):
        for envelope in self:
            jobs = envelope.sudo().job_ids.filtered(lambda j: j.state == "attention")
            envelope.attention_reason = jobs._describe_failure()

    @api.depends(
        "signer_ids.state",
        "signer_ids.action",
        "signer_ids.step",
        "signer_ids.quorum_group",
        "signer_ids.quorum",
        "decline_policy",
    )
    def _compute_progress(self):
        for envelope in self:
            # whom nobody waits for (any more) does not count
            gone = ("released", "declined") if envelope._outlives_refusals() else ("released",)
            acting = envelope.signer_ids.filtered(
                lambda s, gone=gone: s.action in ("sign", "approve") and s.state not in gone
            )
            signed = acting.filtered(lambda s: s.state == "signed")
            envelope.signer_count = max(len(acting) - acting._spare_count(), len(signed))
            envelope.signed_count = len(signed)
            envelope.progress = f"{envelope.signed_count} / {envelope.signer_count}"

    @api.depends("state", "date_deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for envelope in self:
            envelope.is_late = bool(
                envelope.state == "sent" and envelope.date_deadline and envelope.date_deadline < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = fields.Domain(
            [("state", "=", "sent"), ("date_deadline", "<", fields.Datetime.now())]
        )
        wanted = set(value)
        if wanted == {True}:
            return late
        if wanted == {False}:
            return ~late
        return fields.Domain(bool(wanted))

    @api.depends_context("uid")
    @api.depends("signer_ids.state", "signer_ids.user_id")
    def _compute_my_signer_id(self):
        for envelope in self:
            mine = envelope.signer_ids.filtered(lambda s: s.user_id == self.env.user)
            acting = mine.filtered(lambda s: s._can_act())
            envelope.my_signer_id = (acting or mine.filtered(lambda s: s._is_to_read()))[:1]

    # ------------------------------------------------------------- record
    def _record(self):
        """Return the record that this envelope is about, or None if there is none any more."""
        self.ensure_one()
        if not self.res_model or not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    @api.model_create_multi
    def create(self, vals_list):
        envelopes = super().create(vals_list)
        envelopes._check_record_access()
        return envelopes

    def write(self, vals):
        if "user_id" in vals:
            self._check_handing_over(vals["user_id"])
        result = super().write(vals)
        if "res_model" in vals or "res_id" in vals:
            self._check_record_access()
        return result

    def _check_handing_over(self, user_id):
        """Another responsible user is named by somebody who sees all envelopes, and logged."""
        moved = self.filtered(lambda e: e.user_id.id != user_id)
        if not moved:
            return
        if not self.env.su and not self.env.user.has_group("odoo_esign.group_esign_all"):
            raise UserError(
                self.env._("Only users who can see all envelopes can hand one over to a colleague.")
            )
        for envelope in moved.sudo().filtered(lambda e: e.state != "draft"):
            envelope._log(
                "handed_over",
                {"from": envelope.user_id.id, "to": user_id or 0},
                actor=self.env.user,
            )

    def _check_record_access(self):
        """Whoever files documents on a record may write to that record.

        No constraint: those of a new record run as superuser.
        """
        for envelope in self:
            record = envelope._record()
            if record and not self.env.su:
                record.check_access("write")

    @api.constrains("date_deadline", "state")
    def _check_deadline(self):
        for envelope in self:
            if envelope.state == "draft" and envelope.date_deadline:
                if envelope.date_deadline <= fields.Datetime.now():
                    raise ValidationError(self.env._("The deadline must be in the future."))

    def _senders(self):
        """Return who made it, sent it or is responsible for it."""
        return (self.create_uid | self.sender_id | self.user_id).sudo()

    def _senders_addresses(self):
        """Return their mail addresses, all of each, those of people who have left as well."""
        user, partner = self.env["res.users"], self.env["res.partner"]
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.email
                     FROM res_users AS sender
                     JOIN res_partner AS partner ON partner.id = sender.partner_id
                    WHERE sender.id = ANY(%s)""",
                self._senders().ids,
                to_flush=(user._fields["partner_id"], partner._fields["email"]),
            )
        )
        return {address for (email,) in rows for address in email_normalize_all(email)}

    def _summary_for(self, signer):
        """Return lines of [label, value] that tell the signer what it is about."""
        record = self._record()
        if record is None or not hasattr(record, "_esign_summary"):
            return []
        return record.sudo().with_context(lang=signer._lang())._esign_summary()

    def action_open_record(self):
        self.ensure_one()
        record = self._record()
        if not record:
            raise UserError(self.env._("The record no longer exists."))
        return record.get_formview_action()

    def action_open_documents(self):
        """Show the PDF: the sealed one where there is one, otherwise the one sent."""
        self.ensure_one()
        document = self.document_ids[:1]
        attachment = document._newest_attachment() if document else None
        if not attachment:
            raise UserError(self.env._("The document is still being prepared."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}",
            "target": "new",
        }

import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .plain_text import one_line

MAX_NAME = 200
ACTIONS = [("sign", "Signs"), ("approve", "Approves"), ("view", "Views"), ("copy", "Gets a copy")]
# codes that ask for something beyond the door; see esign_identification.py
PROOFS = [
    ("mail_code", "Code by email"),
    ("sms_code", "Code by SMS"),
    ("access_code", "Access code"),
]
IDENTIFICATIONS = [("link", "Personal link"), ("login", "Odoo login"), *PROOFS]


class EsignSigner(models.Model):
    """A person asked to do something, in a routing step."""

    _name = "esign.signer"
    _description = "Participant of an Envelope"
    _inherit = ["esign.protected"]
    _order = "envelope_id.id desc, step, sequence, id"
    _check_company_auto = True

    _esign_own_fields = frozenset(
        {
            "state",
            "access_ref",
            "token_sha256",
            "token_expiry",
            "invite_count",
            "date_invited",
            "date_mailed",
            "date_opened",
            "date_signed",
            "date_declined",
            "date_released",
            "decline_reason",
            "predecessors",
            "access_code_digest",
            "code_requests",
            "code_tries",
            "mail_problem",
            "next_token_sha256",
            "previous_token_sha256",
            "reminder_count",
            "date_reminded",
            "last_called",
        }
    )

    _esign_printed_fields = {"name": MAX_NAME, "role": 100}

    envelope_id = fields.Many2one(
        "esign.envelope", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="envelope_id.company_id", store=True, index=True)
    envelope_state = fields.Selection(related="envelope_id.state", string="Envelope state")
    date_deadline = fields.Datetime(  # stored: people sort by it what they are to sign
        "Sign by", related="envelope_id.date_deadline", store=True
    )
    sequence = fields.Integer(default=10)
    step = fields.Integer(
        default=1, help="Everyone in a step acts at the same time; the steps follow one another."
    )
    quorum_group = fields.Char(
        "Group", help="Of the people in the same step and group, only some have to act."
    )
    quorum = fields.Integer("Needed", default=1, help="How many people in the group have to act.")

    partner_id = fields.Many2one("res.partner", "Contact", index=True, ondelete="restrict")
    user_id = fields.Many2one(
        "res.users", "User", compute="_compute_user_id", store=True, index=True, readonly=False
    )
    name = fields.Char(
        required=True, compute="_compute_from_partner", store=True, readonly=False, precompute=True
    )
    email = fields.Char(
        compute="_compute_from_partner", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(
        compute="_compute_from_partner", store=True, readonly=False, precompute=True
    )
    lang = fields.Char(compute="_compute_lang", store=True, readonly=False, precompute=True)
    role = fields.Char(
        "Role", help="As printed on the document, e.g. Customer or Purchasing manager"
    )
    action = fields.Selection(ACTIONS, required=True, default="sign")
    identification = fields.Selection(IDENTIFICATIONS, required=True, default="link")

    second_identification = fields.Selection(
        PROOFS, "Also identified by", help="A second proof of identity; both are required."
    )

    access_ref = fields.Char(
        "Address",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(12),
    )
    token_sha256 = fields.Char(groups=fields.NO_ACCESS, copy=False, index="btree_not_null")
    token_expiry = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    invite_count = fields.Integer(readonly=True, copy=False, default=0)

    date_invited = fields.Datetime("Invited on", readonly=True, copy=False)
    date_mailed = fields.Datetime("Email sent on", readonly=True, copy=False)
    date_opened = fields.Datetime("Opened on", readonly=True, copy=False)
    date_signed = fields.Datetime("Signed on", readonly=True, copy=False)
    date_declined = fields.Datetime("Declined on", readonly=True, copy=False)
    date_released = fields.Datetime("Not needed since", readonly=True, copy=False)
    decline_reason = fields.Text(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("waiting", "Not yet their turn"),
            ("invited", "Invited"),
            ("opened", "Opened"),
            ("signed", "Done"),
            ("declined", "Declined"),
            ("released", "Not needed"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    field_ids = fields.One2many("esign.field", "signer_id", "Fields")
    signature_ids = fields.One2many("esign.signature", "signer_id", "Signature")

    _access_ref_uniq = models.Constraint("UNIQUE(access_ref)", "The address is already taken.")

    def _esign_envelopes(self):
        return self.envelope_id

    # ------------------------------------------------------------- computed
    @api.depends("partner_id")
    def _compute_user_id(self):
        for signer in self:
            signer.user_id = signer.partner_id.sudo().user_ids.filtered(lambda u: not u.share)[:1]

    @api.depends("partner_id")
    def _compute_from_partner(self):
        for signer in self:
            partner = signer.partner_id
            signer.name = one_line(partner.name) or signer.name
            signer.email = partner.email_normalized or one_line(partner.email) or signer.email
            signer.phone = (
                partner._phone_format(fname="phone", force_format="E164") or partner.phone
                if partner.phone
                else signer.phone
            )

    @api.depends("partner_id")
    def _compute_lang(self):
        for signer in self:
            signer.lang = signer.partner_id.lang or self.env.lang or "en_US"

    @api.depends("date_invited", "date_opened", "date_signed", "date_declined", "date_released")
    def _compute_state(self):
        for signer in self:
            signer.state = (
                (signer.date_signed and "signed")
                or (signer.date_declined and "declined")
                or (signer.date_released and "released")
                or (signer.date_opened and "opened")
                or (signer.date_invited and "invited")
                or "waiting"
            )

    @api.constrains("step", "quorum")
    def _check_numbers(self):
        for signer in self:
            if signer.step < 1 or signer.quorum < 1:
                raise ValidationError(self.env._("Steps and numbers of people start at 1."))

    @api.constrains("partner_id", "user_id")
    def _check_user(self):
        """Else somebody could log in as one person and be taken for another."""
        for signer in self:
            user = signer.user_id.sudo()
            if user and user.partner_id != signer.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(user)s is not the login of %(name)s.", user=user.name, name=signer.name
                    )
                )

    @api.constrains("quorum", "quorum_group", "step", "envelope_id")
    def _check_quorum(self):
        for envelope in self.envelope_id:
            grouped = envelope.signer_ids.filtered("quorum_group")
            for (_step, group), members in grouped.grouped(
                lambda s: (s.step, s.quorum_group)
            ).items():
                if len(set(members.mapped("quorum"))) > 1 or members[0].quorum > len(members):
                    raise ValidationError(
                        self.env._(
                            "“Needed” must be the same for everyone in the group “%s”, and no "
                            "higher than the number of people in it.",
                            group,
                        )
                    )

    def _check_reachable(self):
        for signer in self:
            # the copy comes by mail; users find the activity
            by_login = signer.identification == "login" and signer.user_id
            if not by_login or signer.action == "copy":
                signer._check_channel()
            for code in signer._identification_codes() if signer.action != "copy" else ():
                self._identification_method(code)._check(signer)

    # ------------------------------------------------------------- whose turn
    def _is_over(self):
        self.ensure_one()
        return self.state in ("signed", "declined", "released")

    def _blocks(self):
        """Tell whether later steps wait for this participant."""
        return self.action in ("sign", "approve") and not self._is_over()

    def _can_act(self):
        """Tell whether it is this participant's turn."""
        return (
            self.envelope_id.state == "sent"
            and self.action in ("sign", "approve")
            and self.state in ("invited", "opened")
        )

    def _group(self):
        """Return this participant's group, of whom only some have to act; nobody without one."""
        self.ensure_one()
        if not self.quorum_group:
            return self.browse()
        return self.envelope_id.signer_ids.filtered(
            lambda s: (s.step, s.quorum_group) == (self.step, self.quorum_group)
        )

    def _release_others(self):
        """Release the rest of the group when enough of its members have acted."""
        group = self._group()
        if len(group.filtered(lambda s: s.state == "signed")) < self.quorum:
            return self.browse()
        return group.filtered(lambda s: not s._is_over())

    # ------------------------------------------------------------- facts
    def _evidence_facts(self):
        """Return what the log says about this participant."""
        self.ensure_one()
        return {
            "signer": self.id,
            "name": self.name,
            "email": self.email or "",
            "action": self.action,
            "step": self.step,
            "identification": "+".join(self._identification_codes()),
        }

    def _masked_email(self):
        """Return the address so that its owner knows it and a stranger doesn't learn it."""
        local, _at, domain = (self.email or "").partition("@")
        return f"{local[:1]}•••@{domain}" if domain else ""

    def _role_label(self):
        """Return what the participant does here, in the language of the environment."""
        if self.role:
            return self.role
        return {
            "sign": self.env._("Signatory"),
            "approve": self.env._("Approver"),
            "view": self.env._("Viewer"),
            "copy": self.env._("Receives a copy"),
        }[self.action]

    # ------------------------------------------------------------- activities
    def _notify_user(self):
        """Give a participant who is a user an activity, on the record where that is possible."""
        for signer in self:
            user = signer.user_id
            if not user or signer.action not in ("sign", "approve"):
                continue
            target = signer._activity_target(user)
            if target is None:
                continue
            said = signer.with_context(lang=user.sudo().lang or None)
            # without Odoo's mail about the activity: our own invitation is on its way
            target.with_context(mail_activity_quick_update=True).activity_schedule(
                "odoo_esign.mail_activity_sign",
                date_deadline=signer.envelope_id._deadline_day(user),
                user_id=user.id,
                summary=said._activity_summary(),
                note=said._activity_note(),
            )

    def _activity_summary(self):
        if self.action == "approve":
            return self.env._("Approve: %s", self.envelope_id.name)
        return self.env._("Sign: %s", self.envelope_id.name)

    def _activity_target(self, user):
        """Return the first of record and envelope that takes activities and that ``user`` reads."""
        for target in (self.envelope_id._record(), self.envelope_id):
            if target is not None and hasattr(target, "activity_schedule"):
                if user._esign_may("read", target):
                    return target.sudo()
        return None

    def _activity_note(self):
        return self.env["ir.qweb"]._render(
            "odoo_esign.activity_note", {"url": self._page_path(), "signer": self}
        )

    def _done_activities(self):
        """Close the activities that asked these participants to act."""
        self._own_activities().unlink()

    def _own_activities(self):
        """Return the activities that ask these participants to act."""
        found = self.env["mail.activity"].sudo()
        for signer in self.filtered("user_id"):
            for target in (signer.envelope_id._record(), signer.envelope_id):
                if target is None or not hasattr(target, "activity_search"):
                    continue
                found |= target.sudo().activity_search(
                    ["odoo_esign.mail_activity_sign"],
                    user_id=signer.user_id.id,
                    additional_domain=[("note", "ilike", signer.access_ref)],
                )
        return found

    # ------------------------------------------------------------- printing
    @api.model
    def _to_print(self, record):
        """Return those who sign ``record`` in the envelope that it is being printed for."""
        envelope = (
            self.env["esign.envelope"].sudo().browse(self.env.context.get("esign_envelope_id"))
        )
        if not envelope or (envelope.res_model, envelope.res_id) != (record._name, record.id):
            return self.browse()
        document = envelope.document_ids.browse(self.env.context.get("esign_document_id"))
        signers = document._signers() if document else envelope.signer_ids
        signers = signers.filtered(lambda s: s.action in ("sign", "approve"))
        return signers.with_context(lang=record.env.lang)

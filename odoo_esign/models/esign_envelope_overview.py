from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .esign_envelope import STATES
from .esign_signer import ACTIONS


class EsignEnvelope(models.Model):
    """What lists, cards and smart buttons of envelopes show."""

    _inherit = "esign.envelope"

    progress_percent = fields.Integer("Signed (%)", compute="_compute_progress_percent")
    my_action = fields.Selection(ACTIONS, "What I am asked to do", compute="_compute_my_action")
    document_count = fields.Integer(compute="_compute_document_count")
    may_manage = fields.Boolean(compute="_compute_may_manage")
    may_send_again = fields.Boolean(compute="_compute_may_send_again")
    has_steps = fields.Boolean(compute="_compute_routing")
    has_groups = fields.Boolean(compute="_compute_routing")
    has_proofs = fields.Boolean(compute="_compute_routing")
    needs_look = fields.Boolean(
        "Needs a look",
        compute="_compute_needs_look",
        search="_search_needs_look",
        help="Something failed, an email bounced, or the record has changed.",
    )

    @api.depends_context("uid")
    @api.depends("signer_ids.state", "signer_ids.user_id", "signer_ids.action")
    def _compute_my_action(self):
        for envelope in self:
            envelope.my_action = envelope.my_signer_id.action

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_may_manage(self):
        """Tell who may remind, correct and cancel: not everybody who takes part and reads."""
        managed = self._origin._filtered_access("write")
        for envelope in self:
            envelope.may_manage = not envelope._origin or envelope._origin in managed

    @api.depends_context("uid")
    @api.depends("state", "res_model", "res_id")
    def _compute_may_send_again(self):
        """Tell whether what the record says now may go out in this one's place."""
        for envelope in self:
            record = envelope._record() if envelope.may_manage else None
            if record is None or envelope.state in ("draft", "preparing", "signed", "completed"):
                envelope.may_send_again = False
                continue
            others = envelope.sudo()._open_for(record) - envelope._origin
            envelope.may_send_again = hasattr(record, "action_esign_send") and not others

    @api.depends("signer_ids.step", "signer_ids.quorum_group", "signer_ids.identification")
    def _compute_routing(self):
        """Tell what the participants differ in; the form has no columns for what they don't."""
        for envelope in self:
            signers = envelope.signer_ids
            envelope.has_steps = len(set(signers.mapped("step"))) > 1
            envelope.has_groups = any(signers.mapped("quorum_group"))
            envelope.has_proofs = any(signer.identification != "link" for signer in signers)

    @api.depends("signer_count", "signed_count")
    def _compute_progress_percent(self):
        for envelope in self:
            asked = envelope.signer_count
            envelope.progress_percent = 100 * envelope.signed_count // asked if asked else 0

    @api.depends("document_ids")
    def _compute_document_count(self):
        for envelope in self:
            envelope.document_count = len(envelope.document_ids)

    @api.depends("state", "needs_attention", "has_bounce", "terms_differ")
    def _compute_needs_look(self):
        for envelope in self:
            revised = envelope.terms_differ and envelope.state in ("sent", "signed")
            envelope.needs_look = envelope.needs_attention or envelope.has_bounce or revised

    def _search_needs_look(self, operator, value):
        if operator != "in":
            return NotImplemented
        revised = Domain("terms_differ", "=", True) & Domain("state", "in", ("sent", "signed"))
        needs = Domain("needs_attention", "=", True) | Domain("has_bounce", "=", True) | revised
        wanted = set(value)
        if wanted == {True}:
            return needs
        return ~needs if wanted == {False} else Domain(bool(wanted))

    @api.model
    def _expand_states(self, states, domain):
        """Put the columns in the order of the states; on a phone no empty one comes first."""
        return [state for state, _label in STATES if state in states]

    # ------------------------------------------------------------- smart buttons
    def _get_part_action(self, xmlid):
        """Return an action that shows what belongs to this envelope alone."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("envelope_id", "=", self.id)]
        action["context"] = {"esign_one_envelope": True}
        return action

    def action_open_participants(self):
        return self._get_part_action("odoo_esign.action_esign_signer")

    def action_open_log(self):
        return self._get_part_action("odoo_esign.action_esign_event")

    def _get_kept_form_action(self):
        """Open what evidence names without a foreign key, unless somebody has deleted it."""
        envelope = self.exists()
        if not envelope:
            raise UserError(self.env._("The envelope is no longer in the database."))
        return envelope._get_form_action()


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def action_open(self):
        """Show the PDF: the sealed one where there is one, otherwise the one sent."""
        self.ensure_one()
        self.check_access("read")
        attachment = self._newest_attachment()
        if not attachment:
            raise UserError(self.env._("The document is still being prepared."))
        if attachment == self.sealed_attachment_id:
            self.envelope_id._log_download(self.envelope_id._document_facts(self))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}",
            "target": "new",
        }


class EsignSigner(models.Model):
    _inherit = "esign.signer"

    step = fields.Integer(aggregator=None)  # a sum of steps says nothing
    group_words = fields.Char("Group in words", compute="_compute_group_words")
    may_manage = fields.Boolean(related="envelope_id.may_manage", related_sudo=False)

    @api.depends("quorum_group", "quorum", "step", "envelope_id.signer_ids.quorum_group")
    def _compute_group_words(self):
        for signer in self:
            signer.group_words = signer.quorum_group and self.env._(
                "%(group)s: %(needed)s of %(people)s",
                group=signer.quorum_group,
                needed=signer.quorum,
                people=len(signer._group()),
            )

    def _spare_count(self):
        """Return how many of these need not act: of their groups only some have to act."""
        groups = self.filtered("quorum_group").grouped(lambda s: (s.step, s.quorum_group))
        return sum(max(len(group) - group[0].quorum, 0) for group in groups.values())

    def action_open_envelope(self):
        return self.envelope_id._get_form_action()


class EsignJob(models.Model):
    _inherit = "esign.job"

    def action_open_envelope(self):
        return self.envelope_id._get_form_action()


class EsignEvent(models.Model):
    _inherit = "esign.event"

    def action_open_envelope(self):
        return self.envelope_id._get_kept_form_action()

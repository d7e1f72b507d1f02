from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .esign_signer import ACTIONS


class EsignEnvelope(models.Model):
    """What lists, cards and smart buttons of envelopes show."""

    _inherit = "esign.envelope"

    progress_percent = fields.Integer("Signed (%)", compute="_compute_progress_percent")
    my_action = fields.Selection(ACTIONS, "What I am asked to do", compute="_compute_my_action")
    document_count = fields.Integer(compute="_compute_document_count")
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

    # ------------------------------------------------------------- smart buttons
    def _get_part_action(self, xmlid):
        """Return an action that shows what belongs to this envelope alone."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("envelope_id", "=", self.id)]
        action["context"] = {}
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

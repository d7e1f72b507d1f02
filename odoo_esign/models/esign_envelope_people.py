from odoo import api, fields, models

from .esign_envelope import USERS


class EsignEnvelope(models.Model):
    """What the form says about people: who was asked before, has declined, or is locked out.

    And what they are not sent because it fails for the moment.
    """

    _inherit = "esign.envelope"

    has_other_people = fields.Boolean(compute="_compute_has_other_people")
    refused_by = fields.Char("Declined by", compute="_compute_refused_by")
    locked_out = fields.Char(compute="_compute_locked_out", compute_sudo=True, groups=USERS)

    retry_reason = fields.Text(compute="_compute_retry_reason", groups=USERS)

    @api.depends("job_ids.state", "job_ids.attempts", "job_ids.error")
    @api.depends_context("lang", "uid")
    def _compute_retry_reason(self):
        """Say what has failed and is tried again: it takes hours until that asks for attention."""
        for envelope in self:
            jobs = envelope.sudo().job_ids if envelope.may_manage else self.env["esign.job"]
            failing = jobs.filtered(lambda j: j.state == "pending" and j.attempts and j.error)
            envelope.retry_reason = failing._describe_failure()

    @api.depends("signer_ids.predecessors")
    def _compute_has_other_people(self):
        for envelope in self:
            envelope.has_other_people = any(envelope.signer_ids.mapped("predecessors"))

    @api.depends("signer_ids.state", "signer_ids.name")
    def _compute_refused_by(self):
        for envelope in self:
            refused = envelope.signer_ids.filtered(lambda signer: signer.state == "declined")
            envelope.refused_by = ", ".join(refused.mapped("name"))

    @api.depends("signer_ids.is_locked_out")
    def _compute_locked_out(self):
        for envelope in self:
            waiting = envelope.signer_ids.filtered(lambda s: s.is_locked_out and not s._is_over())
            envelope.locked_out = ", ".join(waiting.mapped("name"))


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    identified_text = fields.Char("How identified", compute="_compute_identified_text")

    @api.depends("identification", "host_id", "signer_id")
    def _compute_identified_text(self):
        for signature in self:
            signature.identified_text = signature._identified_words()

from odoo import api, fields, models


class EsignEnvelope(models.Model):
    """Whoever reads an envelope has to know that its seal was only tried out."""

    _inherit = "esign.envelope"

    seal_is_test = fields.Boolean("Test seal", compute="_compute_seal_is_test", compute_sudo=True)

    @api.depends("seal_id.state")
    def _compute_seal_is_test(self):
        """The seal was in test mode on sending, as the log says, or is so now."""
        for envelope in self:
            requested = envelope.event_ids.filtered(lambda e: e.code == "requested")[:1]
            seal = requested._facts().get("seal") if requested else None
            then = seal.get("state") if isinstance(seal, dict) else ""
            envelope.seal_is_test = "test" in (then, envelope.seal_id.state)

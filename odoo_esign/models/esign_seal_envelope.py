from odoo import api, fields, models


class EsignEnvelope(models.Model):
    """Whoever reads an envelope has to know that its seal was only tried out."""

    _inherit = "esign.envelope"

    seal_is_test = fields.Boolean("Test seal", compute="_compute_seal_is_test", compute_sudo=True)

    @api.depends("seal_id.state")
    def _compute_seal_is_test(self):
        """Seal or time stamps were in test mode on sending, as the log says, or the seal is now."""
        for envelope in self:
            requested = envelope.event_ids.filtered(lambda e: e.code == "requested")[:1]
            told = requested._facts() if requested else {}
            used = [told.get("seal"), *(told.get("stampers") or ())]
            then = [one.get("state") for one in used if isinstance(one, dict)]
            envelope.seal_is_test = "test" in (*then, envelope.seal_id.state)


class EsignSigner(models.Model):
    _inherit = "esign.signer"

    def _signing_page(self, csrf_token):
        page = super()._signing_page(csrf_token)
        page["envelope"]["is_test"] = self.envelope_id.seal_is_test
        return page

from datetime import timedelta

from odoo import fields, models

from .guard import unlocked

KEPT_FOR = timedelta(days=90)


class EsignEnvelope(models.Model):
    """Links lead to the signed copy for a while, however near the deadline was."""

    _inherit = "esign.envelope"

    def _update_state(self, state, **values):
        changed = super()._update_state(state, **values)
        if changed and state == "completed":
            self._keep_links()
        return changed

    def _keep_links(self):
        until = fields.Datetime.now() + KEPT_FOR
        linked = self.sudo().signer_ids.filtered("token_sha256")
        sooner = linked.filtered(lambda s: s.token_expiry and s.token_expiry < until)
        unlocked(sooner).write({"token_expiry": until})

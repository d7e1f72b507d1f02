from odoo import models


class EsignSigner(models.Model):
    """Users who sign in the browser in which they work come back to Odoo."""

    _inherit = "esign.signer"

    def _done_page(self):
        done = super()._done_page()
        from_office = self.env.context.get("esign_from_office")
        if not from_office or self.state != "signed" or done["next_url"]:
            return done
        return {**done, **self._way_to_office()}

    def _way_to_office(self):
        """Return where a user goes on: at the record that was signed."""
        envelope = self.envelope_id
        record = envelope._record()
        target = envelope if record is None else record
        path = f"/mail/view?model={target._name}&res_id={target.id}"
        return {
            # a user without our groups sees the document, not the envelope
            "next_url": path if self.user_id._esign_may("read", target) else "/odoo",
            "next_label": self.env._("Back to Odoo"),
        }

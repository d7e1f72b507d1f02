from odoo import models
from odoo.exceptions import UserError

NAMED = 10  # so many of those that could not be sent are named with the reason


class EsignMixin(models.AbstractModel):
    """Several records, chosen in a list, are sent for signature at once: an envelope for each."""

    _inherit = "esign.mixin"

    def action_esign_send_several(self):
        """Send each that can be sent; show the envelopes, and say of the others why not."""
        ids, left = [], []
        for record in self:
            try:
                # what one of them has begun is taken back alone
                with self.env.cr.savepoint():
                    ids.append(record.action_esign_send()["res_id"])
            except UserError as error:
                left.append((record.display_name, error.args[0]))
        envelopes = self.env["esign.envelope"].browse(ids)
        return self._esign_told_of_several(envelopes, left)

    def _esign_told_of_several(self, envelopes, left):
        """Return the action that says what became of each, and leads to the envelopes."""
        _ = self.env._
        text = _("Being sent for signature: %s", len(envelopes)) if envelopes else ""
        if left:
            lines = [f"{name}: {why}" for name, why in left[:NAMED]]
            if len(left) > NAMED:
                lines.append(_("and %s more", len(left) - NAMED))
            text = "\n".join(filter(None, [text, _("Not sent: %s", len(left)), *lines]))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "className": "text-prewrap",
                "sticky": bool(left),
                "message": text,
                "next": self._esign_list_of(envelopes) if envelopes else False,
            },
        }

    def _esign_list_of(self, envelopes):
        action = self.env["ir.actions.act_window"]._for_xml_id("odoo_esign.action_esign_envelope")
        return {**action, "domain": [("id", "in", envelopes.ids)], "context": {}}

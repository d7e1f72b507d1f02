from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    esign_envelope_count = fields.Integer(
        compute="_compute_esign_envelope_count", groups="odoo_esign.group_esign_user"
    )

    def _compute_esign_envelope_count(self):
        groups = self.env["esign.signer"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["envelope_id:count_distinct"]
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.esign_envelope_count = counts.get(partner.id, 0)

    def action_esign_view(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("odoo_esign.action_esign_envelope")
        action["domain"] = [("signer_ids.partner_id", "=", self.id)]
        action["context"] = {}
        return action

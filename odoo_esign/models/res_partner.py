from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    esign_envelope_count = fields.Integer(
        compute="_compute_esign_envelope_count", groups="odoo_esign.group_esign_user"
    )

    def _compute_esign_envelope_count(self):
        """Count those of a company's people too, each envelope once."""
        envelopes = {partner.id: set() for partner in self}
        for asked, numbers in self.env["esign.signer"]._read_group(
            [("partner_id", "child_of", self.ids)], ["partner_id"], ["envelope_id:array_agg"]
        ):
            company = asked.sudo()
            while company:
                envelopes.get(company.id, set()).update(numbers)
                company = company.parent_id
        for partner in self:
            partner.esign_envelope_count = len(envelopes[partner.id])

    def action_esign_view(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("odoo_esign.action_esign_envelope")
        action["domain"] = [("signer_ids.partner_id", "child_of", self.id)]
        # what is made from here is for this contact
        action["context"] = self._esign_new_context()
        return action

    def action_esign_new(self):
        """Begin an envelope that these contacts are asked to sign."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "esign.envelope",
            "views": [(False, "form")],
            "target": "current",
            "context": self._esign_new_context(),
        }

    def _esign_new_context(self):
        signers = [fields.Command.create({"partner_id": partner.id}) for partner in self]
        return {"default_signer_ids": signers}

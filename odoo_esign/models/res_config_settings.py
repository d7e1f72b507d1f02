from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    esign_validity_days = fields.Integer(
        related="company_id.esign_validity_days", readonly=False, string="Days to sign"
    )
    esign_consent_text = fields.Text(
        related="company_id.esign_consent_text", readonly=False, string="Consent text"
    )
    po_esign_approval = fields.Boolean(
        related="company_id.po_esign_approval",
        readonly=False,
        string="Approve by signature",
    )
    po_esign_approver_ids = fields.Many2many(
        related="company_id.po_esign_approver_ids",
        readonly=False,
        string="Purchasing managers",
    )

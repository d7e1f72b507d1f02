from odoo import api, fields, models
from odoo.exceptions import AccessError

from .guard import is_unlocked


class EsignSignature(models.Model):
    """What a participant did, once and for all."""

    _name = "esign.signature"
    _description = "Signature"
    _order = "date desc, id desc"
    _rec_name = "name"

    envelope_id = fields.Many2one("esign.envelope", required=True, index=True, ondelete="restrict")
    signer_id = fields.Many2one("esign.signer", required=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one("res.partner", "Contact", index=True, ondelete="restrict")
    action = fields.Selection([("sign", "Signed"), ("approve", "Approved")], required=True)
    date = fields.Datetime("Time of consent", required=True)
    name = fields.Char("Name as signed", required=True)
    email = fields.Char()
    kind = fields.Selection(
        [
            ("drawn", "Drawn"),
            ("typed", "Typed"),
            ("uploaded", "Uploaded"),
            ("saved", "Saved earlier and reused"),
        ],
        required=True,
    )
    image = fields.Binary("Image", attachment=False, required=True)
    consent_text = fields.Text(required=True)
    consent_version = fields.Char(required=True)
    values = fields.Json("Values of the fields")
    documents = fields.Json("What was shown (SHA-256)")
    identification = fields.Char("Identified by", required=True)
    user_id = fields.Many2one(
        "res.users", "Logged in as", ondelete="restrict", help="Who was logged in, if anyone"
    )
    ip_address = fields.Char("IP address")
    user_agent = fields.Char("Browser")
    facts = fields.Json("Other facts", help="Screen, language, time zone, pages reached, seconds")
    client_key = fields.Char(groups=fields.NO_ACCESS)
    # placed by the sealing job: certificate, byte range and SHA-256 per document
    seals = fields.Json("Places in the sealed documents")
    sealed = fields.Boolean(default=False)

    _signer_uniq = models.Constraint("UNIQUE(signer_id)", "This person has already signed.")

    @api.model_create_multi
    def create(self, vals_list):
        if not is_unlocked(self.env):
            raise AccessError(self.env._("A signature can only be made on the signing page."))
        return super().create(vals_list)

    def write(self, vals):
        if not is_unlocked(self.env):
            raise AccessError(self.env._("A signature can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A signature can't be deleted."))

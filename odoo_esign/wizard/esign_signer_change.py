from odoo import api, fields, models
from odoo.tools import email_normalize

from ..models.plain_text import one_line

COPIED = ("name", "email", "phone", "invite_by", "identification", "second_identification")


def _choice_of(name):
    """Return what can be chosen for a participant, also what other add-ons bring, in words."""
    return lambda self: self.env["esign.signer"]._fields[name]._description_selection(self.env)


class EsignSignerChange(models.TransientModel):
    """The dialog in which the sender puts a participant right before it has acted."""

    _name = "esign.signer.change"
    _description = "Change a Participant"
    _inherit = ["esign.dialog", "esign.clean.texts"]

    signer_id = fields.Many2one("esign.signer", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Contact")
    name = fields.Char(required=True)
    email = fields.Char()
    phone = fields.Char()
    invite_by = fields.Selection(_choice_of("invite_by"), "Invite by", required=True)
    identification = fields.Selection(_choice_of("identification"), required=True)
    second_identification = fields.Selection(
        _choice_of("second_identification"), "Also identified by"
    )
    access_code = fields.Char(
        compute="_compute_access_code",
        inverse="_inverse_access_code",
        help="Empty: the code stays as it is.",
    )
    access_code_digest = fields.Char(groups=fields.NO_ACCESS)
    reason = fields.Char(required=True)
    may_update_contact = fields.Boolean(compute="_compute_may_update_contact")
    update_contact = fields.Boolean(
        "Correct the contact too", help="Otherwise the contact keeps what it says now."
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        signer = self.env["esign.signer"].browse(values.get("signer_id"))
        for name in COPIED:
            values[name] = signer[name]
        values["partner_id"] = signer.partner_id.id
        return values

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id and self.partner_id != self.signer_id.partner_id:
            self.name = self.partner_id.name
            self.email = self.partner_id.email
            self.phone = self.partner_id.phone

    @api.depends("partner_id", "name", "email", "phone")
    def _compute_may_update_contact(self):
        """Tell whether this is still the contact, with an address that the contact doesn't have.

        Not offered of contacts with a login: their address is where a new password is sent.
        """
        for dialog in self:
            partner = dialog.partner_id
            dialog.may_update_contact = bool(
                partner
                and one_line(partner.name) == one_line(dialog.name)
                and not partner.sudo().with_context(active_test=False).user_ids
                and dialog._contact_values()
                and partner._filtered_access("write")
            )

    def _contact_values(self):
        """Return what is corrected in the contact: what the participant has and it doesn't."""
        partner, values = self.partner_id, {}
        if self.email and email_normalize(self.email) != partner.email_normalized:
            values["email"] = self.email
        known = (partner.phone, partner._phone_format(fname="phone", force_format="E164"))
        if self.phone and self.phone not in known:
            values["phone"] = self.phone
        return values

    @api.depends("signer_id")
    def _compute_access_code(self):
        self.access_code = False

    def _inverse_access_code(self):
        """Keep the hash alone; the dialog's row stays in the database for a while."""
        for dialog in self.filtered("access_code"):
            digest = dialog.signer_id._access_code_digest(dialog.access_code)
            dialog.sudo().access_code_digest = digest

    def action_change(self):
        self.ensure_one()
        values = {
            "partner_id": self.partner_id.id,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "invite_by": self.invite_by,
            "identification": self.identification,
            "second_identification": self.second_identification,
        }
        values["access_code_digest"] = self.sudo().access_code_digest
        self.signer_id._change_by_sender(values, self.reason)
        if self.update_contact and self.may_update_contact:
            self.partner_id.write(self._contact_values())
        return self.signer_id._told_of_change()

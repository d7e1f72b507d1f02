from odoo import api, fields, models
from odoo.tools import plaintext2html

from .esign_envelope import USERS
from .guard import unlocked

ACTIVITY = "odoo_esign.mail_activity_bounce"
# what a participant did shows that they were reached; what the sender mended is to be tried
ENDS_PROBLEM = frozenset(
    {"email", "phone", "date_mailed", "date_opened", "date_signed", "date_declined"}
    | {"date_released"}
)


class EsignSigner(models.Model):
    """Whether a participant can be reached, as far as mail servers and SMS providers say."""

    _inherit = "esign.signer"

    mail_problem = fields.Char(
        "Not reached", readonly=True, copy=False, help="Why the last email or SMS was not delivered"
    )

    def write(self, vals):
        result = super().write(vals)
        if ENDS_PROBLEM & vals.keys():
            self.sudo().filtered("mail_problem")._end_problem()
        return result

    def _end_problem(self):
        """A new mail is out, the address is another, or the participant is here: try it so."""
        unlocked(self).write({"mail_problem": False})
        solved = self.envelope_id.filtered(lambda e: not e.has_bounce)
        solved.activity_search([ACTIVITY]).unlink()

    def _has_problem(self, text):
        """Flag a participant whom a mail did not reach, and ask the responsible user to look."""
        self.ensure_one()
        envelope = self.envelope_id
        unlocked(self).write({"mail_problem": text})
        if not envelope.activity_search([ACTIVITY]):
            envelope.activity_schedule(
                ACTIVITY,
                user_id=envelope.user_id.id,
                summary=self.env._("%s was not reached", self.name),
                note=plaintext2html(text),
            )


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    has_bounce = fields.Boolean(
        "Email bounced", compute="_compute_has_bounce", store=True, compute_sudo=True
    )
    bounce_text = fields.Text("Bounced emails", compute="_compute_bounce_text", groups=USERS)

    @api.depends("state", "signer_ids.mail_problem")
    def _compute_has_bounce(self):
        for envelope in self:
            under_way = envelope.state in ("sent", "signed")
            envelope.has_bounce = under_way and any(envelope.signer_ids.mapped("mail_problem"))

    @api.depends("has_bounce", "signer_ids.mail_problem")
    def _compute_bounce_text(self):
        for envelope in self:
            missed = envelope.signer_ids.filtered("mail_problem")
            envelope.bounce_text = "\n".join(missed.mapped("mail_problem"))

    def _close_links(self, but=None):
        result = super()._close_links(but=but)
        self.sudo().activity_search([ACTIVITY]).unlink()
        return result

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Invitations have no record behind them: what comes back is found by its Message-Id."""
        super()._routing_handle_bounce(email_message, message_dict)
        self.env["esign.post"]._note_mail_answer(email_message, message_dict)

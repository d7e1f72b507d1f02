from odoo import fields, models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    esign_post_id = fields.Many2one("esign.post", ondelete="cascade", index="btree_not_null")

    def _action_update_from_sms_state(self, sms_state, failure_type=False, failure_reason=False):
        super()._action_update_from_sms_state(sms_state, failure_type, failure_reason)
        if sms_state == "sent":  # what Odoo calls so is: on the phone
            self.esign_post_id._answered("received")
        elif sms_state == "error":
            self.esign_post_id._answered("bounced", reason=failure_reason or failure_type or "")

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = result
        self.esign_post_id._answered("bounced", reason=failure_reason or failure_type or "")
        return result

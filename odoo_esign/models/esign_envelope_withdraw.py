from odoo import models
from odoo.exceptions import UserError


class EsignEnvelope(models.Model):
    """The sender withdraws an envelope, with a reason, or gives more time."""

    _inherit = "esign.envelope"

    def _check_cancellable(self):
        for envelope in self:
            stuck = envelope.state == "signed" and envelope.needs_attention
            if envelope.state not in ("draft", "preparing", "sent") and not stuck:
                raise UserError(
                    self.env._("“%s” is closed or signed; it can't be cancelled.", envelope.name)
                )

    def action_ask_cancel(self):
        """Ask for the reason; drafts need none."""
        self.check_access("write")
        self._check_cancellable()
        if all(envelope.state == "draft" for envelope in self):
            return self.action_cancel()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel %s", ", ".join(self.mapped("name"))[:80]),
            "res_model": "esign.envelope.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_envelope_ids": self.ids},
        }

    def action_ask_extend(self):
        self.check_access("write")
        closed = self.filtered(lambda e: e.state not in ("preparing", "sent", "expired"))
        if closed:
            raise UserError(self.env._("“%s” is not out for signature.", closed[0].name))
        expired = all(envelope.state == "expired" for envelope in self)
        for envelope in self.sudo().filtered(lambda e: e.state == "expired"):
            why = envelope._why_not_reopened()
            if why:
                raise UserError(why)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen") if expired else self.env._("More time to sign"),
            "res_model": "esign.envelope.extend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_envelope_ids": self.ids, "active_ids": self.ids},
        }


class EsignSigner(models.Model):
    _inherit = "esign.signer"

    def _told_of_withdrawal(self):
        """Return those who know of the envelope: they were sent something, or have signed."""
        return self.filtered(
            lambda s: s.date_mailed and s.email and s.state in ("invited", "opened", "signed")
        )


class EsignJob(models.Model):
    _inherit = "esign.job"

    def _send_cancelled_copy(self, _result):
        self.signer_id._send_private_mail("odoo_esign.mail_template_cancelled")

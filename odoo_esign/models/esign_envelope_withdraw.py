from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError


class EsignEnvelope(models.Model):
    """The sender withdraws an envelope, with a reason, or gives more time."""

    _inherit = "esign.envelope"

    def _check_cancellable(self):
        for envelope in self:
            if not envelope._is_cancellable():
                raise UserError(
                    self.env._("“%s” is closed or signed; it can't be cancelled.", envelope.name)
                )

    def _is_cancellable(self):
        self.ensure_one()
        stuck = self.state == "signed" and self.needs_attention
        return self.state in ("draft", "preparing", "sent") or stuck

    def action_ask_cancel(self):
        """Ask for the reason; drafts need none.

        Of several that were chosen in the list, those that are over stay as they are.
        """
        self.check_access("write")
        envelopes = self.filtered(lambda envelope: envelope._is_cancellable()) or self
        envelopes._check_cancellable()
        if all(envelope.state == "draft" for envelope in envelopes):
            return envelopes.action_cancel()
        title = (
            self.env._("Cancel %s envelopes", len(envelopes))
            if len(envelopes) > 1
            else self.env._("Cancel %s", envelopes.name)
        )
        return envelopes._get_dialog("esign.envelope.cancel", title, left=self - envelopes)

    def _withdraw(self, reason, tell):
        """Withdraw an envelope for the user at work; note it where colleagues look.

        :param bool tell: whether those who know of it get a mail with the reason
        """
        told = self.signer_ids._told_of_withdrawal() if tell else self.signer_ids.browse()
        self._cancel(reason, actor=self.env.user)
        if self.state != "cancelled":
            return
        for signer in told:
            self.env["esign.job"]._enqueue("cancelled_copy", self, signer=signer)
        self._tell_responsible(lambda _: self._withdrawn_words(_, reason, told))

    def _withdrawn_words(self, _, reason, told):
        text = _("Withdrawn: %s", reason)
        if told:
            names = ", ".join(told.mapped("name"))
            text = Markup("%s<br/>%s") % (text, _("Notified by email: %s", names))
        return text, _("Withdrawn: %s", self.name)

    def action_ask_extend(self):
        self.check_access("write")
        envelopes = self.filtered(
            lambda e: e.state == "expired" or (e.state in ("preparing", "sent") and e.date_deadline)
        )
        if not envelopes:
            if self[0].state in ("preparing", "sent"):
                raise UserError(self.env._("“%s” has no deadline.", self[0].name))
            raise UserError(self.env._("“%s” is not out for signature.", self[0].name))
        for envelope in envelopes.sudo().filtered(lambda e: e.state == "expired"):
            why = envelope._why_not_reopened()
            if why:
                raise UserError(why)
        title = envelopes._title_of_extension()
        return envelopes._get_dialog("esign.envelope.extend", title, left=self - envelopes)

    def _title_of_extension(self):
        if len(self) > 1:
            return self.env._("More time for %s envelopes", len(self))
        reopens = self.state == "expired"
        return self.env._("Reopen") if reopens else self.env._("More time to sign")

    def _get_dialog(self, model, title, left):
        """Return the action of a dialog about these; it names those that stay as they are."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_envelope_ids": self.ids,
                "active_ids": self.ids,
                "default_left_names": ", ".join(left.mapped("name")),
            },
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

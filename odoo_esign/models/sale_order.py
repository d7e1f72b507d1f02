from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class SaleOrder(models.Model):
    """Quotations are signed by the customer; the signed quotation is confirmed."""

    _name = "sale.order"
    _inherit = ["sale.order", "esign.mixin"]

    # ------------------------------------------------------------- what is signed, by whom
    def _esign_report(self):
        return self.env.ref("sale.action_report_saleorder")

    def _esign_get_signers(self):
        words = self._esign_words_for(self.partner_id)
        return [{"partner_id": self.partner_id.id, "action": "sign", "role": words._("Customer")}]

    def _esign_prepare_envelope(self):
        values = super()._esign_prepare_envelope()
        title = self._esign_words_for(self.partner_id)._("Quotation %s", self.name)
        values["name"] = title
        values["document_ids"][0][2]["name"] = title
        if self.validity_date:
            # nobody is told a day on which the quotation has expired already
            envelopes = self.env["esign.envelope"].with_company(values["company_id"])
            ends = envelopes._end_of_day(self.validity_date)
            values["date_deadline"] = min(ends, envelopes._default_deadline())
        return values

    def action_esign_send(self):
        self.ensure_one()
        if self.state not in ("draft", "sent"):
            raise UserError(self.env._("Only a quotation can be sent for signature."))
        if self.is_expired:
            raise UserError(
                self.env._("The quotation has expired. Set a new expiration date first.")
            )
        return super().action_esign_send()

    def _esign_terms(self):
        number = self._esign_number
        return {
            "partner": self.partner_id.id,
            "invoice_partner": self.partner_invoice_id.id,
            "shipping_partner": self.partner_shipping_id.id,
            "currency": self.currency_id.name or "",
            "total": number(self.amount_total),
            "payment_term": self.payment_term_id.id or 0,
            "validity": str(self.validity_date or ""),
            "incoterm": self.incoterm.id or 0 if "incoterm" in self._fields else 0,
            "delivery": str(self.commitment_date or ""),
            "customer_reference": self.client_order_ref or "",
            "prepayment": number(self.prepayment_percent) if self.require_payment else "",
            "note": str(self.note or ""),
            "lines": [
                self._esign_line_terms(line, line.product_uom_qty) for line in self.order_line
            ],
        }

    def _esign_summary(self):
        return [
            [self.env._("Number"), self.name],
            [
                self.env._("Total"),
                formatLang(self.env, self.amount_total, currency_obj=self.currency_id),
            ],
        ]

    def _esign_is_acceptable(self):
        return self.state in ("draft", "sent") and not self.is_expired

    # ------------------------------------------------------------- what follows
    def _esign_on_sent(self, envelope):
        self.filtered(lambda order: order.state == "draft").action_quotation_sent()

    def _esign_on_completed(self, envelope):
        """Keep the signature where Odoo keeps it, and confirm unless it has to be paid first.

        The customer's signature does that, and only over the order's own report.
        """
        customer = self.sudo().partner_id.commercial_partner_id
        signature = (
            self.sudo()
            ._esign_signatures(envelope.sudo())
            .filtered(
                lambda s: s.action == "sign" and s.partner_id.commercial_partner_id == customer
            )[:1]
        )
        if not signature or self.state not in ("draft", "sent"):
            return False
        self.write(
            {
                "signed_by": signature.name,
                "signed_on": signature.date,
                "signature": signature.image,
            }
        )
        if not self._has_to_be_paid():
            self._validate_order()
        return True

    def _esign_on_declined(self, envelope, signer):
        """The order stays as it is; whoever looks at it reads why nothing came of it."""
        self.sudo().message_post(
            body=self.env._(
                "%(name)s has declined “%(subject)s”: %(reason)s",
                name=signer.name,
                subject=envelope.name,
                reason=signer.decline_reason,
            ),
            author_id=self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
        )

    def _esign_next_url(self, envelope):
        if envelope.state == "completed" and self._has_to_be_paid():
            return (
                self.get_portal_url(query_string="&allow_payment=yes"),
                self.env._("Pay now"),
            )
        return None

    # ------------------------------------------------------------- other ways to accept
    def _has_to_be_signed(self):
        return not self._esign_open() and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        return not self._esign_open() and super()._has_to_be_paid()

    def _is_confirmation_amount_reached(self):
        """A payment that was under way when the envelope was sent waits for the signature."""
        return not self._esign_open() and super()._is_confirmation_amount_reached()

    def _confirmation_error_message(self):
        if self._esign_open():
            return self.env._(
                "%s is out for signature: it will be confirmed automatically once the customer has "
                "signed. To confirm it without a signature, cancel the envelope first.",
                self.name,
            )
        return super()._confirmation_error_message()

    def _action_cancel(self):
        for envelope in self._esign_open().filtered(lambda e: e.state != "signed"):
            envelope._cancel(self.env._("The quotation was cancelled"))
        return super()._action_cancel()

    def _esign_portal_signer(self):
        """Return whom the portal page leads to the signing page, if anybody has to sign now."""
        self.ensure_one()
        signers = self._esign_open().signer_ids.filtered(lambda s: s._can_act())
        return signers.filtered(lambda s: s.partner_id == self.partner_id)[:1] or signers[:1]


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "esign.part.mixin"]

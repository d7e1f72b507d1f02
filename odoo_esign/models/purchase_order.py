from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class PurchaseOrder(models.Model):
    """Purchases above the company's limit are approved by a manager's signature."""

    _name = "purchase.order"
    _inherit = ["purchase.order", "esign.mixin"]

    esign_required = fields.Boolean(compute="_compute_esign_required", compute_sudo=True)

    # an approval from before it counts no more; nobody sets it back to let an old one count
    esign_taken_back = fields.Datetime("Taken back on", copy=False, groups=fields.NO_ACCESS)

    @api.depends("amount_total", "currency_id", "company_id", "date_order")
    def _compute_esign_required(self):
        for order in self:
            order.esign_required = order._esign_is_required()

    # ------------------------------------------------------------- what is signed, by whom
    def _esign_report(self):
        return self.env.ref("purchase.action_report_purchase_order")

    def _esign_get_signers(self):
        """One of the purchasing managers approves; nobody approves the own order."""
        managers = self._esign_approvers()
        if not managers:
            raise UserError(
                self.env._(
                    "%s has to be approved by signature, but no purchasing manager other than "
                    "the buyer is set. Choose one in Purchase → Configuration → Settings.",
                    self.name,
                )
            )
        return [
            {
                "partner_id": manager.partner_id.id,
                "user_id": manager.id,
                "action": "approve",
                "role": self._esign_words_for(manager.partner_id)._("Purchasing manager"),
                "identification": "login",
                "quorum_group": "managers",
                "quorum": 1,
            }
            for manager in managers
        ]

    def _esign_approvers(self):
        """Return the managers of the settings who may approve this order."""
        self.ensure_one()
        chosen = self.company_id.sudo().po_esign_approver_ids
        return chosen.filtered(
            lambda u: (
                u.active
                and u.has_group("purchase.group_purchase_manager")
                and self.company_id in u.company_ids
                and u not in self._esign_buyers()
            )
        )

    def _esign_buyers(self):
        """Return who stands behind the order and therefore can't approve it."""
        return self.user_id | self.create_uid

    def _esign_responsible(self):
        """Return who sends it: the user, or the buyer where a job confirms the order."""
        user = self.env.user
        return self.user_id or user if user._is_superuser() else user

    def _esign_prepare_envelope(self):
        values = super()._esign_prepare_envelope()
        title = self.env._("Purchase Order %s", self.name)
        values["name"] = title
        values["document_ids"][0][2]["name"] = title
        return values

    def _esign_terms(self):
        number = self._esign_number
        return {
            "vendor": self.partner_id.id,
            "delivery_address": self.dest_address_id.id or 0,
            "vendor_reference": self.partner_ref or "",
            "incoterm": self.incoterm_id.id or 0,
            "currency": self.currency_id.name or "",
            "total": number(self.amount_total),
            "payment_term": self.payment_term_id.id or 0,
            "note": str(self.note or ""),
            "lines": [
                self._esign_line_terms(line, line.product_qty)
                | {"planned": str(line.date_planned or "")}
                for line in self.order_line
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
        return self.state == "to approve"

    # ------------------------------------------------------------- the guard
    def _esign_is_required(self):
        """Above the two-level limit, where the company approves by signature."""
        self.ensure_one()
        company = self.company_id
        if not company.po_esign_approval or company.po_double_validation != "two_step":
            return False
        limit = company.currency_id._convert(
            company.po_double_validation_amount,
            self.currency_id,
            company,
            (self.date_order or self.env.cr.now()).date(),
        )
        return self.amount_total >= limit

    def _esign_is_approved(self):
        """Tell whether a manager of the settings has signed exactly what the order says now."""
        return bool(self._esign_approvals(self._esign_completed()))

    def _esign_approvals(self, envelopes):
        """Return the signatures in ``envelopes`` that approve this order.

        They are over the order's own report, given by one of the managers, logged in, and
        not older than the last time the order was taken back.
        """
        since = self.sudo().esign_taken_back
        current = envelopes.filtered(lambda e: not since or e.date_sent >= since)
        managers = self._esign_approvers()
        return self._esign_signatures(current).filtered(
            lambda s: (
                s.action == "approve"
                and "login" in s.identification.split("+")
                and s.user_id in managers
            )
        )

    def _approval_allowed(self):
        if self._esign_is_required() and not self._esign_is_approved():
            return False
        return super()._approval_allowed()

    def button_confirm(self):
        result = super().button_confirm()
        for order in self:
            if order.state == "to approve" and order._esign_is_required():
                if not order._esign_open():
                    order._esign_send_for_approval()
        return result

    def _esign_send_for_approval(self):
        """Send the order to the managers; the buyer needs no right on envelopes for that."""
        self.ensure_one()
        responsible = self._esign_responsible()
        values = self.sudo()._esign_prepare_envelope()
        values["user_id"] = responsible.id
        made = self.sudo()._esign_make_envelope(values)
        made.with_user(responsible).sudo().action_send()
        return made

    def action_esign_send(self):
        self.ensure_one()
        self.check_access("write")
        if self.state != "to approve" or not self._esign_is_required():
            raise UserError(
                self.env._("Only orders waiting for approval can be sent to the managers.")
            )
        if self._esign_open():
            raise UserError(self.env._("%s is already out for approval.", self.name))
        return self._esign_send_for_approval()._get_form_action()

    def button_approve(self, force=False):
        for order in self:
            if order.state == "to approve" and order._esign_is_required():
                order._esign_check_approved()
        return super().button_approve(force=force)

    def _esign_check_approved(self):
        if self._esign_is_approved():
            return
        names = ", ".join(
            self._esign_open().signer_ids.filtered(lambda s: not s._is_over()).mapped("name")
        )
        if names:
            raise UserError(
                self.env._(
                    "%(order)s requires approval by signature. Waiting for: %(names)s.",
                    order=self.name,
                    names=names,
                )
            )
        raise UserError(
            self.env._(
                "%s requires approval by signature, and nobody has signed its current version. "
                "Send it for approval first.",
                self.name,
            )
        )

    def button_cancel(self):
        result = super().button_cancel()
        self._esign_take_back(self.env._("The order was cancelled"))
        return result

    def button_draft(self):
        result = super().button_draft()
        self._esign_take_back(self.env._("The order went back to the buyer"))
        return result

    def _esign_take_back(self, reason):
        """Whoever takes an order back takes the approval back too."""
        self.sudo().esign_taken_back = fields.Datetime.now()
        for envelope in self._esign_open().filtered(lambda e: e.state != "signed"):
            envelope._cancel(reason)

    def _esign_why_not_reopened(self, envelope):
        since = self.sudo().esign_taken_back
        if since and envelope.date_sent < since:
            return self.env._(
                "%s has been taken back since; the earlier approval no longer counts. Send it for "
                "approval again.",
                self.name,
            )
        return super()._esign_why_not_reopened(envelope)

    # ------------------------------------------------------------- what follows
    def _esign_on_completed(self, envelope):
        """Approve as the manager who signed: the right to approve is looked up per user."""
        approval = self.sudo()._esign_approvals(envelope.sudo())[:1]
        if self.state == "to approve" and approval:
            self.with_user(approval.user_id).button_approve()
            return True
        return False

    def _esign_on_declined(self, envelope, signer):
        """Give the order back to the buyer, with the reason."""
        order = self.sudo()
        if order.state != "to approve":
            return
        order.button_draft()
        buyer = order.user_id or envelope.user_id
        order = order.with_context(lang=buyer.lang or None)
        reason = order.env._(
            "%(name)s has not approved this order: %(reason)s",
            name=signer.name,
            reason=signer.decline_reason,
        )
        order.message_post(body=reason, subtype_xmlid="mail.mt_note")
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=buyer.id,
            summary=order.env._("Not approved: %s", order.name),
            note=reason,
        )


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "esign.part.mixin"]

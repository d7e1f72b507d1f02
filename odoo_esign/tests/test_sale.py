"""A quotation: sent by a salesperson, signed by the customer, confirmed by itself."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from .common import EsignCase, draw_content


class SaleCase(EsignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._make_user("seller", "Sara Seller", "sales_team.group_sale_salesman")
        cls.product = cls.env["product.product"].create(
            {"name": "Desk", "list_price": 100.0, "taxes_id": False}
        )

    def make_order(self, **values):
        return (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "require_payment": False,
                    "order_line": [
                        Command.create({"product_id": self.product.id, "product_uom_qty": 3})
                    ],
                    **values,
                }
            )
        )

    def send_order(self, **values):
        """Send as the button does, with a drawn PDF as the report, which takes seconds to print."""
        self.patch(type(self.env["esign.document"]), "_render_content", draw_content)
        order = self.make_order(**values)
        action = order.action_esign_send()
        self.run_jobs()
        envelope = self.env["esign.envelope"].browse(action["res_id"])
        return self.env["sale.order"].browse(order.id), envelope


class TestQuotation(SaleCase):
    def test_nobody_is_told_a_day_after_the_quotation_has_expired(self):
        ends = fields.Date.add(fields.Date.today(), days=4)
        envelopes = self.env["esign.envelope"]
        for expires, deadline in (
            (ends, envelopes._end_of_day(ends)),
            (fields.Date.add(ends, years=1), envelopes._default_deadline()),
            (False, envelopes._default_deadline()),
        ):
            order = self.make_order(validity_date=expires)
            envelope = envelopes.browse(order.action_esign_send()["res_id"])
            self.assertEqual(envelope.date_deadline.date(), deadline.date(), expires)

    def test_button_sends_the_orders_own_report(self):
        order = self.make_order()
        action = order.action_esign_send()
        envelope = self.env["esign.envelope"].browse(action["res_id"])
        self.assertEqual(envelope.user_id, self.seller)
        self.assertEqual(envelope.state, "preparing")
        self.assertEqual(
            envelope.document_ids.report_id, self.env.ref("sale.action_report_saleorder")
        )
        self.assertEqual(envelope.signer_ids.partner_id, self.customer)
        self.assertEqual(envelope.partner_id, self.customer)

    def test_completed_confirms_and_keeps_the_signature(self):
        order, envelope = self.send_order()
        self.assertEqual(order.state, "sent", "sending for signature is sending")
        self.sign(envelope.signer_ids)
        self.assertEqual(envelope.state, "signed")
        self.assertEqual(order.state, "sent", "nothing is confirmed before the seal")
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signed_by, self.customer.name)
        self.assertEqual(order.signed_on, envelope.signature_ids.date)
        self.assertEqual(order.signature, envelope.signature_ids.image)

    def test_signed_pdf_lies_on_the_order_and_in_its_chatter(self):
        order, envelope = self.send_order()
        self.sign_all(envelope)
        filed = self.env["ir.attachment"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
        sealed = envelope.document_ids.sealed_attachment_id
        self.assertEqual(
            filed.filtered(lambda a: a.raw == sealed.raw).mapped("name"), [sealed.name]
        )
        self.assertIn(sealed.name, order.message_ids.attachment_ids.mapped("name"))

    def test_customer_and_salesperson_get_the_copy(self):
        _order, envelope = self.send_order()
        self.sign_all(envelope)
        for address in (self.customer.email, self.seller.email):
            copies = [
                part.get_payload(decode=True)
                for mail in self.mails_to(address)
                for part in mail.iter_attachments()
            ]
            self.assertIn(envelope.document_ids.sealed_attachment_id.raw, copies, address)

    def test_invitation_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self.env.ref("odoo_esign.mail_template_invite")
        template.with_context(
            lang="fr_FR"
        ).subject = "Merci de signer : {{ object.envelope_id.name }}"
        _order, envelope = self.send_order()
        self.assertEqual(envelope.signer_ids.lang, "fr_FR")
        subjects = [mail["Subject"] for mail in self.mails_to(self.customer.email)]
        self.assertTrue(any(s.startswith("Merci de signer") for s in subjects), subjects)

    def test_no_contact_address(self):
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no valid email address"):
            self.make_order().action_esign_send()

    def test_expired_or_confirmed_quotation_is_not_sent(self):
        with self.assertRaisesRegex(UserError, "expired"):
            self.make_order(validity_date="2020-01-01").action_esign_send()
        order = self.make_order()
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "Only a quotation"):
            order.action_esign_send()

    def test_one_envelope_at_a_time(self):
        order, _envelope = self.send_order()
        with self.assertRaisesRegex(UserError, "out for signature"):
            order.with_user(self.seller).action_esign_send()


class TestOtherEnvelopes(SaleCase):
    """Anybody may make an envelope about an order; only the customer's own confirms it."""

    def test_another_pdf_confirms_nothing(self):
        order = self.make_order()
        envelope = self.make_envelope(user=self.seller, res_model="sale.order", res_id=order.id)
        self.sign_all(self.send(envelope))
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(order.sudo().state, "sent")
        self.assertFalse(order.sudo().signature)
        self.assertIn("consequence_skipped", self.codes(envelope))

    def test_the_sellers_signature_confirms_nothing(self):
        order, envelope = self.send_order()
        other = self.env["sale.order"].browse(order.id)
        envelope.with_user(self.seller).action_cancel()
        own = (
            self.env["esign.envelope"]
            .with_user(self.seller)
            .create(
                {
                    **other.with_user(self.seller)._esign_prepare_envelope(),
                    "signer_ids": [Command.create({"partner_id": self.seller.partner_id.id})],
                }
            )
        )
        self.sign_all(self.send(self.env["esign.envelope"].browse(own.id)))
        self.assertEqual(own.sudo().state, "completed")
        self.assertEqual(other.state, "sent")
        self.assertFalse(other.signed_by)

    def test_counter_signature_leaves_the_customers_on_the_order(self):
        self.patch(type(self.env["esign.document"]), "_render_content", draw_content)
        order = self.make_order()
        values = order._esign_prepare_envelope()
        values["signer_ids"].append(
            Command.create({"partner_id": self.seller.partner_id.id, "step": 2})
        )
        envelope = self.env["esign.envelope"].with_user(self.seller).create(values)
        self.sign_all(self.send(self.env["esign.envelope"].browse(envelope.id)))
        self.assertEqual(order.sudo().signed_by, self.customer.name)
        self.assertEqual(order.sudo().state, "sale")


class TestTerms(SaleCase):
    def test_changed_order_takes_no_signature(self):
        order, envelope = self.send_order()
        order.order_line.price_unit = 1.0
        answer = self.sign(envelope.signer_ids)
        self.assertEqual((answer["ok"], answer["code"]), (False, "revised"))
        self.assertFalse(envelope.signature_ids)
        self.assertEqual(envelope.state, "sent")
        self.assertIn("refused", self.codes(envelope))
        self.assertEqual(order.state, "sent")

    def test_changed_back_can_be_signed(self):
        order, envelope = self.send_order()
        order.order_line.product_uom_qty = 30
        self.assertFalse(self.sign(envelope.signer_ids)["ok"])
        order.order_line.product_uom_qty = 3
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])

    def test_order_changed_between_signature_and_seal_is_not_confirmed(self):
        order, envelope = self.send_order()
        self.sign(envelope.signer_ids)
        order.order_line.price_unit = 9999.0
        self.run_jobs()
        self.assertEqual(envelope.state, "completed", "the signature stands")
        self.assertEqual(order.state, "sent")
        self.assertFalse(order.signature)
        self.assertIn("consequence_skipped", self.codes(envelope))

    def test_every_term_counts(self):
        changes = {
            "partner_invoice_id": self.second.id,
            "note": "<p>Other terms</p>",
            "validity_date": "2090-01-01",
            "payment_term_id": self.env.ref("account.account_payment_term_30days").id,
            "client_order_ref": "Their number",
            "commitment_date": "2090-01-01 08:00:00",
        }
        order, envelope = self.send_order()
        for name, value in changes.items():
            before = order[name]
            order[name] = value
            self.assertTrue(envelope._terms_changed(), name)
            order[name] = before
            self.assertFalse(envelope._terms_changed(), name)

    def test_newer_software_may_know_more_terms(self):
        order, envelope = self.send_order()
        terms = order._esign_terms()
        longer = {
            **terms,
            "new": "1",
            "lines": [{**line, "new": "2"} for line in terms["lines"]],
        }
        with patch.object(type(order), "_esign_terms", return_value=longer):
            self.assertFalse(envelope._terms_changed())
        shorter = {name: value for name, value in longer.items() if name != "total"}
        with patch.object(type(order), "_esign_terms", return_value=shorter):
            self.assertTrue(envelope._terms_changed())

    def test_cancelled_order_closes_the_envelope(self):
        order, envelope = self.send_order()
        order.with_user(self.seller)._action_cancel()
        self.assertEqual(envelope.state, "cancelled")
        self.assertEqual(self.sign(envelope.signer_ids)["code"], "cancelled")

    def test_send_again_has_the_same_checks_as_sending(self):
        order, envelope = self.send_order()
        order.validity_date = "2020-01-01"
        with self.assertRaisesRegex(UserError, "expired"):
            envelope.with_user(self.seller).action_send_again()

    def test_send_again_replaces_the_envelope(self):
        order, envelope = self.send_order()
        order.order_line.price_unit = 80.0
        action = envelope.with_user(self.seller).action_send_again()
        fresh = self.env["esign.envelope"].browse(action["res_id"])
        self.assertEqual(envelope.state, "cancelled")
        self.assertEqual((fresh.state, fresh.res_id), ("preparing", order.id))


class TestOtherWays(SaleCase):
    """While an envelope is open nobody accepts the order another way."""

    def test_confirm_and_portal_are_closed(self):
        order, _envelope = self.send_order(require_signature=True, require_payment=True)
        self.assertFalse(order._has_to_be_signed())
        self.assertFalse(order._has_to_be_paid())
        with self.assertRaisesRegex(UserError, "out for signature"):
            order.with_user(self.seller).action_confirm()

    def test_they_open_again_when_the_envelope_is_cancelled(self):
        order, envelope = self.send_order(require_signature=True)
        envelope.with_user(self.seller).action_cancel()
        self.assertTrue(order._has_to_be_signed())
        order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_order_to_be_paid_waits_for_the_payment(self):
        order, envelope = self.send_order(require_payment=True, prepayment_percent=1.0)
        self.sign_all(envelope)
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.signed_by, self.customer.name)
        self.assertTrue(order._has_to_be_paid())
        done = envelope.signer_ids._done_page()
        self.assertIn(f"/my/orders/{order.id}", done["next_url"])
        self.assertTrue(done["next_label"])

    def test_payment_that_was_under_way_does_not_confirm(self):
        order, _envelope = self.send_order(require_payment=True)
        self.assertFalse(order._is_confirmation_amount_reached())


class TestDecline(SaleCase):
    def test_decline_tells_the_salesperson_and_leaves_the_order(self):
        order, envelope = self.send_order()
        answer = envelope.signer_ids._decline("Too expensive", {"ip_address": "192.0.2.1"})
        self.assertTrue(answer["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "declined")
        self.assertEqual(order.state, "sent")
        self.assertIn("Too expensive", order.message_ids[0].body)
        self.assertTrue(
            any("Too expensive" in self.body_of(m) for m in self.mails_to(self.seller.email))
        )


class TestPrinted(SaleCase):
    """The real report, printed by wkhtmltopdf: the places to sign are found in it."""

    draw_participants = False

    def test_places_are_found_in_the_report(self):
        order = self.make_order()
        action = order.action_esign_send()
        envelope = self.env["esign.envelope"].browse(action["res_id"])
        self.run_jobs()
        self.assertEqual(envelope.state, "sent")
        fields = envelope.document_ids.field_ids
        self.assertEqual(sorted(fields.mapped("kind")), ["date", "name", "signature"])
        self.assertEqual(set(fields.mapped("page")), {0}, "on the order, not on the added page")
        signature = fields.filtered(lambda f: f.kind == "signature")
        self.assertGreater(signature.right - signature.left, 150)
        self.assertGreater(signature.top - signature.bottom, 30)
        self.assertEqual(envelope.document_ids.page_count, 2)
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(self.env["sale.order"].browse(order.id).state, "sale")


class TestWords(SaleCase):
    def test_customer_reads_the_own_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(["odoo_esign"], ["de_DE"])
        self.customer.lang = "de_DE"
        order, envelope = self.send_order()
        self.assertEqual(envelope.name, f"Angebot {order.name}")
        self.assertEqual(envelope.signer_ids.role, "Kunde")
        subject = self.mails_to(self.customer.email)[0]["Subject"]
        self.assertEqual(subject, f"Bitte unterschreiben: Angebot {order.name}")
        self.sign_all(envelope)
        stamp = envelope.signature_ids._stamp(envelope.document_ids)
        self.assertIn("Unterschrieben von", stamp.lines[0])

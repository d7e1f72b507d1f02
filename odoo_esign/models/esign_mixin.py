from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .esign_envelope import OPEN_STATES


class EsignMixin(models.AbstractModel):
    """What a model needs so that its records can be signed.

    Only ``_esign_get_signers`` and ``_esign_report`` have to be given; the rest has a
    default that does nothing. Example::

        class Contract(models.Model):
            _name = "my.contract"
            _inherit = ["my.contract", "esign.mixin"]

            def _esign_report(self):
                return self.env.ref("my_module.action_report_contract")

            def _esign_get_signers(self):
                return [{"partner_id": self.partner_id.id}]
    """

    _name = "esign.mixin"
    _description = "Can be Signed"

    esign_envelope_ids = fields.One2many(
        "esign.envelope",
        "res_id",
        "Envelopes",
        domain=lambda self: [("res_model", "=", self._name)],
        groups="odoo_esign.group_esign_user",
    )
    esign_envelope_count = fields.Integer(
        compute="_compute_esign_envelope_count", groups="odoo_esign.group_esign_user"
    )
    esign_state = fields.Selection(
        selection=lambda self: (
            self.env["esign.envelope"]._fields["state"]._description_selection(self.env)
        ),
        string="Signing",
        compute="_compute_esign_state",
        compute_sudo=True,
        help="State of the newest envelope",
    )
    esign_is_open = fields.Boolean(
        "Out for signature",
        compute="_compute_esign_state",
        compute_sudo=True,
        search="_search_esign_is_open",
    )
    esign_my_turn = fields.Boolean(compute="_compute_esign_my_turn", compute_sudo=True)

    # ------------------------------------------------------------- to be given
    def _esign_get_signers(self):
        """Return a list of values for ``esign.signer``: who is asked, to do what, in which step."""
        return []

    def _esign_report(self):
        """Return the ``ir.actions.report`` that prints the record."""
        raise UserError(self.env._("There is no report to sign for %s.", self._description))

    def _esign_is_required(self):
        """Tell whether the record may not go on without a completed envelope."""
        return False

    def _esign_terms(self):
        """Return what a signature agrees to: strings, whole numbers, lists and dicts only.

        Taken at the freeze; compared before a signature is taken and before anything
        follows from it. Floats have to be written out, see ``_esign_number``.
        """
        return {}

    def _esign_is_acceptable(self):
        """Tell whether the record can still be agreed to: not cancelled, not expired, …"""
        return True

    def _esign_on_sent(self, envelope):
        """Called when the envelope goes out, as the system."""

    def _esign_on_completed(self, envelope):
        """Called once when ``envelope`` is completed, as the user who sent it.

        :return: False if the envelope is not what the record waits for
        """

    def _esign_on_declined(self, envelope, signer):
        """Called once when ``signer`` has declined, as the user who sent the envelope."""

    def _esign_summary(self):
        """Return [label, value] pairs for the first screen of the signing page."""
        return []

    def _esign_next_url(self, envelope):
        """Return (address, label) of where the signer goes from here, or None."""
        return None

    # ------------------------------------------------------------- computed
    def _compute_esign_envelope_count(self):
        groups = self.env["esign.envelope"]._read_group(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"], ["__count"]
        )
        counts = dict(groups)
        for record in self:
            record.esign_envelope_count = counts.get(record.id, 0)

    def _compute_esign_state(self):
        envelopes = self.env["esign.envelope"].search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            ["res_id", "state"],
            order="id",
        )
        newest = {envelope.res_id: envelope.state for envelope in envelopes}
        open_ids = {e.res_id for e in envelopes if e.state in OPEN_STATES}
        for record in self:
            record.esign_state = newest.get(record.id, False)
            record.esign_is_open = record.id in open_ids

    def _search_esign_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        envelopes = self.env["esign.envelope"].sudo()
        under_way = envelopes._search(
            [("res_model", "=", self._name), ("state", "in", OPEN_STATES)]
        ).subselect("res_id")
        wanted = {bool(one) for one in value}
        if len(wanted) != 1:
            return fields.Domain(bool(wanted))
        return fields.Domain("id", "in" if wanted == {True} else "not in", under_way)

    @api.depends_context("uid")
    def _compute_esign_my_turn(self):
        envelopes = self.env["esign.envelope"]._open_for(self)
        mine = {
            signer.envelope_id.res_id
            for signer in envelopes.signer_ids
            if signer.user_id.id == self.env.uid and signer._can_act()
        }
        for record in self:
            record.esign_my_turn = record.id in mine

    # ------------------------------------------------------------- sending
    def action_esign_send(self):
        """Send the record's own report for signature and show the envelope."""
        self.ensure_one()
        self.check_access("write")
        return self._esign_send()._get_form_action()

    def _esign_send(self):
        """Make an envelope from the record's report and send it."""
        self.ensure_one()
        self._esign_hold()
        if self.env["esign.envelope"].sudo()._open_for(self):
            raise UserError(self.env._("%s is already out for signature.", self.display_name))
        envelope = self._esign_make_envelope(self._esign_prepare_envelope())
        envelope.action_send()
        return envelope

    def _esign_hold(self):
        """Hold the record's row.

        The second of two simultaneous clicks fails here, runs again, and sees the first.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = write_date WHERE id = %s",
                SQL.identifier(self._table),
                self.id,
            ),
            log_exceptions=False,
        )

    @api.model
    def _esign_make_envelope(self, values):
        """Return a new envelope, with the settings of the company that it is for."""
        envelopes = self.env["esign.envelope"]
        return envelopes.with_company(values["company_id"]).create(values).with_env(self.env)

    def _esign_company(self):
        """Return the company that asks for the signatures."""
        own = self.company_id if "company_id" in self._fields else None
        return own or self.env.company

    def _esign_prepare_envelope(self):
        signers = self._esign_get_signers()
        if not signers:
            raise UserError(
                self.env._("There is nobody to sign %s: add a contact first.", self.display_name)
            )
        return {
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self._esign_company().id,
            "user_id": self._esign_responsible().id,
            "document_ids": [
                fields.Command.create(
                    {
                        "name": self.display_name,
                        "source": "report",
                        "report_id": self._esign_report().id,
                    }
                )
            ],
            "signer_ids": [fields.Command.create(values) for values in signers],
        }

    def _esign_responsible(self):
        return self.env.user

    # ------------------------------------------------------------- helpers
    def _esign_words_for(self, partner):
        """Return the environment in the language of ``partner``, for what that person reads."""
        code = partner.lang
        known = code and self.env["res.lang"]._get_data(code=code)
        return self.with_context(lang=code).env if known else self.env

    @api.model
    def _esign_line_terms(self, line, quantity):
        """Return what a line of an order says, as orders of sales and purchases have it."""
        number = self._esign_number
        return {
            "kind": line.display_type or "",
            "product": line.product_id.id or 0,
            "name": line.name or "",
            "quantity": number(quantity),
            "unit": line.product_uom_id.id or 0,
            "price": number(line.price_unit),
            "discount": number(line.discount),
            "taxes": sorted(line.tax_ids.ids),
        }

    @api.model
    def _esign_number(self, number):
        """Write a float so that it compares the same for ever."""
        return f"{number:.6f}"

    def _esign_signatures(self, envelopes):
        """Return the signatures in ``envelopes`` over the record's own report.

        Anybody may make an envelope about a record, with any PDF; it decides nothing.
        """
        return self._esign_over_report(envelopes).signature_ids

    def _esign_over_report(self, envelopes):
        """Return those of the envelopes that hold the record's own report."""
        report = self._esign_report()
        return envelopes.filtered(
            lambda e: any(d.source == "report" and d.report_id == report for d in e.document_ids)
        )

    def _esign_why_not_reopened(self, envelope):
        """Return why ``envelope``, which has expired, is not what the record waits for any more.

        :return: a sentence for the sender, or None
        """
        printed = any(document.source == "report" for document in envelope.document_ids)
        if printed and self._esign_over_report(self._esign_open()):
            return self.env._("%s is out for signature in another envelope.", self.display_name)
        return None

    def _esign_open(self):
        """Return the envelopes about these records that are under way."""
        return self.env["esign.envelope"].sudo()._open_for(self)

    def _esign_completed(self):
        """Return the completed envelopes over what the record says now."""
        self.ensure_one()
        envelopes = (
            self.env["esign.envelope"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("state", "=", "completed"),
                ]
            )
        )
        return envelopes.filtered(lambda e: not e._terms_changed())

    def action_esign_view(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("odoo_esign.action_esign_envelope")
        action["domain"] = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_esign_sign(self):
        """Open the signing page for the current user, if it is that user's turn."""
        self.ensure_one()
        signers = self._esign_open().signer_ids.filtered(
            lambda s: s.user_id == self.env.user and s._can_act()
        )
        if not signers:
            raise UserError(self.env._("It is not your turn to sign %s.", self.display_name))
        return {"type": "ir.actions.act_url", "url": signers[0]._page_path(), "target": "self"}

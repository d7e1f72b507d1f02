from odoo import api, fields, models


class IrActionsServer(models.Model):
    """A server action of our own: file the signed documents of a record on it."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("esign_file", "File signed documents on the record"), ("followers",)],
        ondelete={"esign_file": "cascade"},
    )

    def _generate_action_name(self):
        self.ensure_one()
        if self.state == "esign_file":
            return self.env._("File signed documents on the record")
        return super()._generate_action_name()

    @api.depends("state")
    def _compute_available_model_ids(self):
        filing = self.filtered(lambda action: action.state == "esign_file")
        if filing:
            models_ = self.env["ir.model"].search([("transient", "=", False)])
            filing.available_model_ids = models_.filtered(
                lambda m: m.model in self.env and not self.env[m.model]._abstract
            )
        super(IrActionsServer, self - filing)._compute_available_model_ids()

    def _run_action_esign_file_multi(self, eval_context=None):
        """Attach the sealed PDFs of the completed envelopes; what is there already stays.

        Runs with the rights of the user: who may not write to the record can't file on it.
        """
        records = (eval_context or {}).get("records") or (eval_context or {}).get("record")
        if not records:
            return False
        records.check_access("write")
        envelopes = (
            self.env["esign.envelope"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("state", "=", "completed"),
                ]
            )
        )
        for envelope in envelopes:
            filed = envelope._file_on(records.browse(envelope.res_id))
            if filed:
                envelope._log(
                    "filed",
                    {"record": envelope.record_name or "", "attachments": filed.mapped("name")},
                    actor=self.env.user,
                )
        return False

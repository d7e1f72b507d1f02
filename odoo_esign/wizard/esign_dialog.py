from odoo import api, models


class EsignDialog(models.AbstractModel):
    """A dialog about records that its user may change.

    Odoo tells the name of whatever a line points to, also to those who may not read it.
    """

    _name = "esign.dialog"
    _description = "Dialog about Envelopes"

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        dialogs._check_targets()
        return dialogs

    def write(self, vals):
        result = super().write(vals)
        self._check_targets()
        return result

    def _check_targets(self):
        for name, field in self._fields.items():
            if field.store and field.relational and field.comodel_name.startswith("esign."):
                self[name].check_access("write")

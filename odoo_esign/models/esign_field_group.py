from odoo import fields, models


class EsignField(models.Model):
    """Radio buttons of one choice: several fields, of which at most one is picked."""

    _inherit = "esign.field"

    group = fields.Char(
        "Choice", help="Only one of the radio buttons with the same choice can be selected."
    )

    def _for_page(self):
        return {**super()._for_page(), "group": self._group_name()}

    def _group_name(self):
        return (self.kind == "radio" and (self.group or "").strip()) or ""

    def _check_value(self, value):
        if self._group_name():
            return value is True, None  # judged together with the others of its choice
        return super()._check_value(value)

    def _check_values(self, values):
        good, errors = super()._check_values(values)
        grouped = self.filtered(lambda field: field._group_name())
        for _name, members in grouped.grouped(lambda field: field._group_name()).items():
            picked = members.filtered(lambda field: good.get(field.id))
            if len(picked) > 1:
                error = self.env._("Please choose only one of these.")
            elif not picked and any(members.mapped("required")):
                error = self.env._("Please choose one of these.")
            else:
                continue
            errors.update(dict.fromkeys(members.ids, error))
        return good, errors

from odoo import api, models

from .guard import is_unlocked
from .plain_text import clean, one_line


class EsignCleanTexts(models.AbstractModel):
    """Texts from people are kept without control characters, and on one line where it is one.

    They end up in the heads of mails, in PDFs and in XML, which can't hold all that a form can.
    """

    _name = "esign.clean.texts"
    _description = "Texts Without Control Characters"

    @api.model_create_multi
    def create(self, vals_list):
        if is_unlocked(self.env):
            return super().create(vals_list)
        return super().create([self._esign_clean_texts(vals) for vals in vals_list])

    def write(self, vals):
        if is_unlocked(self.env):
            return super().write(vals)
        return super().write(self._esign_clean_texts(vals))

    @api.model
    def _esign_clean_texts(self, vals):
        return {name: self._esign_clean_text(name, value) for name, value in vals.items()}

    @api.model
    def _esign_clean_text(self, name, value):
        field = self._fields.get(name)
        if not field or not field.store:
            return value
        if field.type == "char" and isinstance(value, str):
            return one_line(value)
        if field.type == "text" and isinstance(value, str):
            return clean(value)
        if field.type == "json" and isinstance(value, list):
            return [one_line(item) if isinstance(item, str) else item for item in value]
        return value

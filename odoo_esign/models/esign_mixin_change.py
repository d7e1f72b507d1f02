from odoo import SUPERUSER_ID, api, models

CHANGED = "odoo_esign.changed"


class EsignMixin(models.AbstractModel):
    """That a record says something else than what was sent shows when it is written."""

    _inherit = "esign.mixin"

    def write(self, vals):
        result = super().write(vals)
        self._esign_note_change()
        return result

    def unlink(self):
        self._esign_note_change()
        return super().unlink()

    def _esign_note_change(self):
        """Have these records compared with what was sent, once, when the transaction ends.

        What is written and taken back in one transaction is no change, and a record that no
        envelope is about costs one query for all that the transaction writes.
        """
        ids = self.ids
        if not ids:
            return
        precommit = self.env.cr.precommit
        if CHANGED not in precommit.data:
            precommit.data[CHANGED] = {}
            envelopes = self.env(user=SUPERUSER_ID, context={})["esign.envelope"]
            precommit.add(envelopes._note_changes)
        precommit.data[CHANGED].setdefault(self._name, set()).update(ids)


class EsignPartMixin(models.AbstractModel):
    """For what belongs to a record that can be signed and is part of what it says: order lines."""

    _name = "esign.part.mixin"
    _description = "Part of What is Signed"

    # the field that leads to the record
    _esign_record_field = "order_id"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts[self._esign_record_field]._esign_note_change()
        return parts

    def write(self, vals):
        before = self[self._esign_record_field]
        result = super().write(vals)
        (before | self[self._esign_record_field])._esign_note_change()
        return result

    def unlink(self):
        self[self._esign_record_field]._esign_note_change()
        return super().unlink()

from odoo import fields, models

from .esign_envelope import USERS
from .guard import unlocked


class EsignEnvelope(models.Model):
    """An envelope is finished with the authority that it was begun with."""

    _inherit = "esign.envelope"

    authority_id = fields.Many2one(
        "esign.authority",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=USERS,
    )

    def _update_state(self, state, **values):
        if state == "preparing":
            known = self.env["esign.authority"]._all_of(self.company_id)
            values["authority_id"] = known.filtered(lambda a: not a.retired_on)[:1].id
        return super()._update_state(state, **values)

    def _used_seal(self):
        return super()._used_seal().with_context(esign_authority=self.sudo().authority_id.id)


class EsignJob(models.Model):
    _inherit = "esign.job"

    def _write_prepare(self, result):
        result_of = super()._write_prepare(result)
        envelope = self.envelope_id.sudo()
        if not envelope.authority_id:
            # the company's first envelope: the authority came into being with it
            first = self.env["esign.authority"]._all_of(envelope.company_id)[-1:]
            unlocked(envelope).write({"authority_id": first.id})
        return result_of

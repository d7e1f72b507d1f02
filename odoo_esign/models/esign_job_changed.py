import hashlib
import secrets

from odoo import api, fields, models

from .esign_mixin_change import CHANGED
from .guard import unlocked

AFTER_FREEZE = ("sent", "signed")


class EsignJobChanged(models.Model):
    """Look again at a record that was written while an envelope is open about it."""

    _inherit = "esign.job"

    kind = fields.Selection(
        selection_add=[("changed", "Compare the record with what was sent")],
        ondelete={"changed": "cascade"},
    )

    def _write_changed(self, _result):
        envelope = self.envelope_id
        if envelope.state not in AFTER_FREEZE:
            return
        changed = envelope._terms_changed()
        first = changed and not envelope.terms_differ
        if changed != envelope.terms_differ:
            unlocked(envelope).write({"terms_differ": changed})
        envelope._log_record_changed("writing")
        if first:
            envelope._tell_responsible(
                lambda _: (
                    _(
                        "%(record)s no longer matches what was sent. Nobody can sign it like this: "
                        "send the current version, or undo the change.",
                        record=envelope.record_name or envelope.name,
                    ),
                    _("Changed while out for signature: %s", envelope.name),
                )
            )


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    terms_differ = fields.Boolean(
        "Record has changed",
        readonly=True,
        copy=False,
        help="The record no longer matches what was sent.",
    )

    @api.model
    def _note_changes(self):
        """Queue a look at the open envelopes about what this transaction has written.

        A job is queued, and the envelope left alone: whoever writes the record waits for nobody.
        """
        written = self.env.cr.precommit.data.pop(CHANGED, {})
        for model, ids in written.items():
            envelopes = self.search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", list(ids)),
                    ("state", "in", AFTER_FREEZE),
                ]
            )
            for envelope in envelopes:
                if envelope.terms_differ or envelope._terms_changed():
                    turn = secrets.token_hex(6)  # each time: what it finds may be another state
                    self.env["esign.job"]._enqueue("changed", envelope, turn=turn)

    def _log_record_changed(self, noticed):
        """Log that the record says something else than what was frozen, once for each state.

        :param str noticed: when: writing, signing, consequence
        """
        self.ensure_one()
        if not self._terms_changed():
            return
        now = hashlib.sha256(self._record_terms().encode()).hexdigest()
        lines = self.env["esign.event"].sudo().search(
            [("envelope_id", "=", self.id), ("code", "=", "record_changed")]
        )
        if any(line._facts().get("now_sha256") == now for line in lines):
            return
        self._log(
            "record_changed",
            {
                "record": self.record_name or "",
                "frozen_sha256": self.terms_sha256 or "",
                "now_sha256": now,
                "noticed": noticed,
            },
        )

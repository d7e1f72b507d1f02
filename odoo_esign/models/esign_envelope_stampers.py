from odoo import fields, models

from .esign_envelope import USERS


class EsignEnvelope(models.Model):
    """Whose clock the times in an envelope's documents come from, said on its form."""

    _inherit = "esign.envelope"

    stamp_words = fields.Text("Time stamps", compute="_compute_stamp_words", groups=USERS)

    def _compute_stamp_words(self):
        report = self.env["report.odoo_esign.report_certificate"]
        for envelope in self:
            stampers = report._stampers(envelope.sudo())
            said = []
            if "" in stampers:
                said.append(
                    self.env._(
                        "by the clock of %s itself, which proves nothing against that company",
                        envelope.company_id.name,
                    )
                )
            if hosts := ", ".join(sorted(stampers - {""})):
                said.append(self.env._("by %s, an outside time stamp service", hosts))
            envelope.stamp_words = "; ".join(said)

from odoo import models
from odoo.exceptions import UserError

from .esign_job import JobRefused


class EsignJobCode(models.Model):
    """Make a one-time code and send it; it exists in the mail or SMS alone."""

    _inherit = "esign.job"

    def _code(self):
        return self.env["esign.code"].browse(int(self.key.rpartition(":")[2])).exists()

    def _send_code(self, _result):
        """Send the code; one that can't be sent lets nobody sign, and is not sent later by itself.

        :return: what the log says, with ``why`` if it failed; None if it isn't wanted any more
        """
        signer, code = self.signer_id, self._code()
        if not code or signer.envelope_id.state in ("cancelled", "declined", "expired"):
            return None
        way = signer._identification_method(code.method)
        try:
            # what was begun for a mail or SMS that can't be sent is taken back
            with self.env.cr.savepoint():
                way.with_context(lang=signer._lang())._send(
                    signer.with_context(lang=signer._lang()), code._make()
                )
        except UserError as error:
            return {"code": code.id, "why": str(error)}
        return {"code": code.id, "method": code.method, "address": way._shown_address(signer)}

    def _write_code(self, facts):
        if not facts:
            return None
        code = self.env["esign.code"].browse(facts.pop("code"))
        if "why" in facts:
            code._keep_failure(facts["why"])
            return JobRefused(facts["why"])
        signer = self.signer_id
        self.envelope_id._log("code_sent", {**signer._evidence_facts(), **facts})
        # what failed before is settled: a code is on its way now
        signer.envelope_id.job_ids.filtered(
            lambda job: job.kind == "code" and job.signer_id == signer and job.state == "attention"
        ).write({"state": "dropped"})
        return None

from odoo import models


class EsignSigner(models.Model):
    """What a participant gets to keep as proof, beside the signed documents."""

    _inherit = "esign.signer"

    def _gets_copy(self):
        """Tell whether the signed documents and the certificate are for this participant."""
        return self.state == "signed" or self.action in ("view", "copy")

    def _own_certificate(self):
        """Return the certificate of completion in the participant's language, once it is made."""
        self.ensure_one()
        envelope = self.envelope_id.sudo()
        if envelope.state != "completed" or not self._gets_copy() or not self._has_all_documents():
            return self.env["esign.certificate"].sudo()
        return envelope._certificate_for(self._lang())

    def _own_package(self):
        """Return the evidence package, for those who have signed or approved.

        It holds everybody's network and mail addresses; who only reads along gets none.
        """
        self.ensure_one()
        envelope = self.envelope_id.sudo()
        if envelope.state != "completed" or self.state != "signed" or not self._has_all_documents():
            return self.env["esign.package"].sudo()
        return envelope._kept_package()

    def _evidence_page(self):
        """Return what the page offers of it, and whether more is on its way."""
        _, path = self.env._, self._page_path()
        files = []
        if self._own_certificate():
            name = _("Certificate of completion")
            files.append({"id": "certificate", "name": name, "type": "PDF"})
        if self._own_package():
            files.append({"id": "evidence", "name": _("Evidence package"), "type": "ZIP"})
        return {
            "files": [{**file, "url": f"{path}/{file['id']}"} for file in files],
            "more": self._waits_for_files() and self._gets_copy() and self._has_all_documents(),
        }

    def _waits_for_files(self):
        """Tell whether certificate or package are still being made."""
        envelope = self.envelope_id.sudo()
        if envelope.state != "completed":
            return False
        return bool(
            envelope.job_ids.filtered(
                lambda job: job.kind in ("certificate", "package") and job.state == "pending"
            )
        )

import hashlib

from odoo import models

from .guard import unlocked


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def _keep_frozen(self, pdf, original_sha256, geometry):
        """Store the PDF that goes out to the signers; it is written once."""
        self.ensure_one()
        attachment = self._store_file(self._file_name(), pdf)
        digest = hashlib.sha256(pdf).hexdigest()
        unlocked(self).write(
            {
                "original_sha256": original_sha256,
                "frozen_attachment_id": attachment.id,
                "frozen_sha256": digest,
                "page_geometry": geometry,
            }
        )
        return digest

    def _keep_sealed(self, pdf):
        """Store a new sealed revision; the one before is contained in it and can go."""
        self.ensure_one()
        before = self.sealed_attachment_id
        attachment = self._store_file(self._file_name(" - signed"), pdf)
        digest = hashlib.sha256(pdf).hexdigest()
        unlocked(self).write({"sealed_attachment_id": attachment.id, "sealed_sha256": digest})
        if before:
            unlocked(before).unlink()
        return digest

    def _latest_pdf(self):
        """Return the bytes of the latest revision, checked against its SHA-256."""
        return self._read_pdf("sealed" if self.sealed_attachment_id else "frozen")

    def _read_pdf(self, revision):
        """Return the bytes of the 'frozen' or the 'sealed' revision.

        :raise UserError: if the file is not what was stored
        """
        self.ensure_one()
        return self._read_file(
            self[f"{revision}_attachment_id"], self[f"{revision}_sha256"], self.name
        )

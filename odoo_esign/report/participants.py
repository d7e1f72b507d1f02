import base64
import io

import qrcode

from odoo import api, models


class ParticipantsReport(models.AbstractModel):
    """Values for the page that lists who signs what."""

    _name = "report.odoo_esign.report_participants"
    _description = "Page of Participants"

    @api.model
    def _get_report_values(self, docids, data=None):
        documents = self.env["esign.document"].browse(docids)
        data = data or {}
        return {
            "doc_ids": docids,
            "doc_model": "esign.document",
            "docs": documents,
            "original_sha256": data.get("original_sha256", ""),
            "unplaced_ids": data.get("unplaced_ids", []),
            "verify_url": self._verify_url,
            "qr_code": self._qr_code,
        }

    def _verify_url(self, document):
        envelope = document.envelope_id
        return f"{envelope.get_base_url()}/esign/verify/{envelope.reference}"

    def _qr_code(self, text):
        """Return ``text`` as a QR code, as a data address of a PNG."""
        image = io.BytesIO()
        qrcode.make(text, box_size=6, border=1).save(image, "PNG")
        return "data:image/png;base64," + base64.b64encode(image.getvalue()).decode()

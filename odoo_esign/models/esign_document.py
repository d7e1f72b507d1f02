from odoo import api, fields, models
from odoo.exceptions import UserError

from .esign_job import JobRefused


class EsignDocument(models.Model):
    """One PDF of an envelope: the frozen original and the latest sealed revision."""

    _name = "esign.document"
    _description = "Document to Sign"
    _inherit = ["esign.protected", "esign.kept"]
    _order = "envelope_id.id desc, sequence, id"
    _check_company_auto = True

    _esign_own_fields = frozenset(
        {
            "frozen_attachment_id",
            "frozen_sha256",
            "sealed_attachment_id",
            "sealed_sha256",
            "original_sha256",
            "page_geometry",
            "revisions",
            "stamp_expires",
            "stamped_on",
        }
    )

    _esign_printed_fields = {"name": 200}

    envelope_id = fields.Many2one(
        "esign.envelope", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="envelope_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    source = fields.Selection(
        [("report", "Report of the record"), ("upload", "Uploaded PDF")],
        required=True,
        default="upload",
    )
    report_id = fields.Many2one(
        "ir.actions.report",
        "Report",
        domain="[('model', '=', parent.res_model), ('report_type', '=', 'qweb-pdf')]",
    )
    upload = fields.Binary("PDF", attachment=True)
    upload_name = fields.Char("File name")
    field_ids = fields.One2many("esign.field", "document_id", "Fields", copy=False)

    original_sha256 = fields.Char("SHA-256 of the content", readonly=True, copy=False)
    frozen_attachment_id = fields.Many2one(
        "ir.attachment", "As sent", readonly=True, copy=False, ondelete="restrict"
    )
    frozen_sha256 = fields.Char(
        "SHA-256 as sent", readonly=True, copy=False, index="btree_not_null"
    )
    sealed_attachment_id = fields.Many2one(
        "ir.attachment", "As signed", readonly=True, copy=False, ondelete="restrict"
    )
    sealed_sha256 = fields.Char(
        "SHA-256 as signed", readonly=True, copy=False, index="btree_not_null"
    )
    page_geometry = fields.Json("Pages", readonly=True, copy=False)
    page_count = fields.Integer(compute="_compute_page_count")

    def _esign_envelopes(self):
        return self.envelope_id

    @api.depends("page_geometry")
    def _compute_page_count(self):
        for document in self:
            document.page_count = len(document.page_geometry or [])

    @api.onchange("upload_name")
    def _onchange_upload_name(self):
        if self.upload_name and not self.name:
            self.name = self.upload_name.removesuffix(".pdf")

    def _check_source(self):
        for document in self:
            if document.source == "upload" and not document.upload:
                raise UserError(self.env._("“%s” has no PDF yet: upload one.", document.name))
            if document.source == "upload":
                document._check_upload()
            if document.source == "report" and not document.report_id:
                raise UserError(self.env._("Choose the report that prints “%s”.", document.name))
            if document.source == "report":
                report = document.report_id.sudo()
                if report.model != document.envelope_id.res_model:
                    raise UserError(
                        self.env._("“%s” does not print the record it is sent for.", report.name)
                    )

    def _check_upload(self):
        """Refuse an unfit PDF at once, while its sender is there to choose another."""
        try:
            self._checked_upload()
        except JobRefused as refusal:
            raise UserError(str(refusal)) from refusal

    def _file_name(self, suffix=""):
        """Return a file name that every system takes."""
        self.ensure_one()
        safe = "".join(c if c.isalnum() or c in " .,_-()" else "_" for c in self.name).strip(" .")
        return f"{safe[:120] or 'document'}{suffix}.pdf"

    def _get_fields_of(self, signer):
        """Return the fields of one signer in reading order."""
        self.ensure_one()
        return self.field_ids.filtered(lambda f: f.signer_id == signer).sorted(
            lambda f: (f.page, -f.top, f.left, f.id)
        )

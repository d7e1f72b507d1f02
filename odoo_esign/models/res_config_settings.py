import functools
import subprocess

from odoo import api, fields, models
from odoo.tools import find_in_path

from .master_key import has_configured_key


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    esign_validity_days = fields.Integer(
        related="company_id.esign_validity_days", readonly=False, string="Days to sign"
    )
    esign_consent_text = fields.Text(
        related="company_id.esign_consent_text", readonly=False, string="Consent text"
    )
    po_esign_approval = fields.Boolean(
        related="company_id.po_esign_approval",
        readonly=False,
        string="Approve by signature",
    )
    po_esign_approver_ids = fields.Many2many(
        related="company_id.po_esign_approver_ids",
        readonly=False,
        string="Purchasing managers",
    )
    esign_plain_printer = fields.Boolean(compute="_compute_esign_server")
    esign_key_in_file = fields.Boolean(compute="_compute_esign_server")

    @api.depends("company_id")
    def _compute_esign_server(self):
        """Tell the administrator what the server lacks."""
        for settings in self:
            settings.esign_plain_printer = not _prints_text()
            settings.esign_key_in_file = not has_configured_key()


@functools.cache
def _prints_text():
    """Tell whether wkhtmltopdf is the one with patched Qt.

    Others print no headers, and draw glyphs as outlines: such a PDF has no text in it, so the
    places to sign can't be found and come on a page of their own.
    """
    try:
        command = [find_in_path("wkhtmltopdf"), "--version"]
        done = subprocess.run(command, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"patched qt" in done.stdout

from odoo import api, fields, models

from ..pades.certificates import facts, fingerprint_words
from .esign_authority import PURPOSES


class EsignAuthority(models.Model):
    """What administrators see of an authority's certificates."""

    _inherit = "esign.authority"

    root_fingerprint = fields.Char("Root's SHA-256 fingerprint", compute="_compute_certificates")
    root_until = fields.Datetime("Root valid until", compute="_compute_certificates")
    certificates = fields.Html(compute="_compute_certificates", sanitize=False)
    state = fields.Selection(
        [("present", "In use"), ("former", "Former"), ("withdrawn", "Withdrawn")],
        compute="_compute_state",
    )

    @api.depends("root_cert")
    def _compute_certificates(self):
        _ = self.env._
        labels = {
            "root": _("Root"),
            "issuing": _("Issues the certificates of signatures"),
            "ocsp": _("Says that they are not revoked (OCSP)"),
            "tsa": _("Time stamps"),
        }
        for authority in self:
            rows = [
                {
                    "label": labels[purpose],
                    "fingerprint": fingerprint_words(der),
                    **facts(der),
                }
                for purpose in PURPOSES
                for der in [authority._certificate(purpose)]
            ]
            authority.root_fingerprint = rows[0]["fingerprint"]
            authority.root_until = rows[0]["until"]
            authority.certificates = self.env["ir.qweb"]._render(
                "odoo_esign.authority_certificates", {"rows": rows}
            )

    @api.depends("retired_on", "withdrawn")
    def _compute_state(self):
        for authority in self:
            authority.state = (
                "withdrawn"
                if authority.withdrawn
                else "former" if authority.retired_on else "present"
            )

    def action_download_pem(self):
        return self._download("pem")

    def action_download_der(self):
        return self._download("crt")

    def _download(self, extension):
        self.ensure_one()
        self.check_access("read")
        mark = self.root_fingerprint.replace(":", "").lower()
        return {
            "type": "ir.actions.act_url",
            "url": f"/esign/trust/{mark}/ca-root.{extension}",
            "target": "download",
        }

    def action_reissue(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reissue the authority"),
            "res_model": "esign.authority.reissue",
            "view_mode": "form",
            "target": "new",
            "context": {"default_authority_id": self.id},
        }

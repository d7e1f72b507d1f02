from odoo import fields, models
from odoo.exceptions import UserError

from .esign_envelope import USERS
from .guard import unlocked


class EsignPackage(models.Model):
    """The evidence package: a zip that proves the envelope without Odoo, see evidence/package.py.

    There is one per envelope, the newest.
    """

    _name = "esign.package"
    _description = "Evidence Package"
    _inherit = ["esign.kept.file"]

    _envelope_uniq = models.Constraint(
        "UNIQUE(envelope_id)", "There is already a package of this envelope."
    )

    def _file_name(self):
        return f"evidence-{self.envelope_id.reference}.zip"


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    package_ids = fields.One2many(
        "esign.package", "envelope_id", "Evidence package", copy=False, groups=USERS
    )
    package_date = fields.Datetime("Evidence package of", related="package_ids.date", groups=USERS)

    def _keep_package(self, content):
        """Store the evidence package in place of the one before; return its SHA-256."""
        self.ensure_one()
        packages = self.env["esign.package"].sudo()
        package = packages.search([("envelope_id", "=", self.id)])
        if not package:
            package = unlocked(packages).create({"envelope_id": self.id})
        return package._keep(content, "application/zip")

    def _kept_package(self):
        """Return the evidence package, if it is made."""
        self.ensure_one()
        return self.sudo().package_ids.filtered("attachment_id")[:1]

    def action_open_package(self):
        """Download the evidence package."""
        self.ensure_one()
        self.check_access("read")
        package = self._kept_package()
        if not package:
            raise UserError(self.env._("The evidence package is still being created."))
        return package._get_download_action()

    def action_make_package(self):
        """Make the evidence package anew, with what the log says by now."""
        for envelope in self:
            envelope.check_access("write")
            if envelope.state != "completed":
                raise UserError(
                    self.env._("“%s” is not completed: there is no proof of it yet.", envelope.name)
                )
            envelope.sudo()._queue_package()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The evidence package is being created; reload the page in a moment."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _queue_package(self):
        """Queue the making of the package, unless that is about to happen anyhow."""
        self.ensure_one()
        jobs = self.job_ids.filtered(lambda job: job.kind == "package")
        waiting = jobs.filtered(lambda job: job.state in ("pending", "attention"))
        if waiting:
            waiting.filtered(lambda job: job.state == "attention")._retry()
            return
        self.env["esign.job"]._enqueue("package", self, turn=len(jobs) + 1)

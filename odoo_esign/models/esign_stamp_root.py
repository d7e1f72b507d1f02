import base64

from cryptography import x509

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..pades.certificates import facts, fingerprint_words


class EsignStampRoot(models.Model):
    """A certificate that the stamps of a server have to lead to.

    It is kept as long as the server is: documents that were stamped years ago are judged by it.
    """

    _name = "esign.stamp.root"
    _description = "Root Certificate of a Time Stamp Server"
    _order = "server_id, id"
    _rec_name = "subject"

    server_id = fields.Many2one(
        "esign.stamp.server", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="server_id.company_id", store=True, index=True)
    trusted = fields.Boolean(
        default=True,
        help="Without this, documents that were stamped under this certificate show a time stamp "
        "from an unknown source.",
    )
    certificate = fields.Binary(required=True, readonly=True, attachment=False)
    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    subject = fields.Char("Issued to", compute="_compute_facts")
    issuer = fields.Char("Issued by", compute="_compute_facts")
    until = fields.Datetime("Valid until", compute="_compute_facts")
    fingerprint = fields.Char("SHA-256 fingerprint", compute="_compute_facts")

    _root_uniq = models.Constraint(
        "UNIQUE(server_id, sha256)", "The server already has this certificate."
    )

    @api.depends("certificate")
    def _compute_facts(self):
        for root in self:
            known = facts(root._der()) if root.certificate else {}
            root.subject = known.get("subject")
            root.issuer = known.get("issuer")
            root.until = known.get("until")
            root.fingerprint = fingerprint_words(root._der()) if known else False

    def _der(self):
        """Return the certificate's bytes, also where the client asked for sizes only."""
        return base64.b64decode(self.with_context(bin_size=False).certificate)

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            self._check_certificate(base64.b64decode(values.get("certificate") or b""))
        return super().create(vals_list)

    @api.model
    def _check_certificate(self, der):
        """:raise UserError: for anything but the certificate of an authority"""
        try:
            certificate = x509.load_der_x509_certificate(der)
            constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
            is_authority = constraints.value.ca
        except Exception:
            is_authority = False
        if not is_authority:
            raise UserError(
                self.env._(
                    "This is not the certificate of an authority. Take the root (or intermediate) "
                    "certificate of the time stamp service, not its stamping certificate."
                )
            )

    def write(self, vals):
        if vals.keys() - {"trusted"}:
            raise UserError(self.env._("A certificate can't be changed: add another one instead."))
        result = super().write(vals)
        self.server_id._check_roots()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.server_id.filtered("was_used"):
            raise UserError(
                self.env._(
                    "This certificate is still needed to verify stamped documents. If it should no "
                    "longer be trusted, untick “Trusted”."
                )
            )

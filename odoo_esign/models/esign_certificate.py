from odoo import fields, models
from odoo.exceptions import UserError

from ..evidence.package import file_name
from .esign_envelope import USERS
from .guard import unlocked


class EsignCertificate(models.Model):
    """The certificate of completion in one language: who signed what, when and how, for people.

    A PDF that the company has sealed.
    """

    _name = "esign.certificate"
    _description = "Certificate of Completion"
    _inherit = ["esign.kept.file"]
    _order = "envelope_id, id"

    _esign_own_fields = frozenset({"envelope_id", "company_id", "attachment_id", "sha256", "date"})

    lang = fields.Char("Language", required=True, readonly=True)

    _lang_uniq = models.Constraint(
        "UNIQUE(envelope_id, lang)", "There is already a certificate in this language."
    )

    def _file_name(self):
        in_words = self.with_context(lang=self.lang).env
        title = in_words._("Certificate of completion %s", self.envelope_id.reference)
        return f"{file_name(title)}.pdf"


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    certificate_ids = fields.One2many(
        "esign.certificate", "envelope_id", "Certificates", copy=False, groups=USERS
    )
    certificate_count = fields.Integer(compute="_compute_certificate_count", groups=USERS)

    def _compute_certificate_count(self):
        counts = dict(
            self.env["esign.certificate"]._read_group(
                [("envelope_id", "in", self.ids)], ["envelope_id"], ["__count"]
            )
        )
        for envelope in self:
            envelope.certificate_count = counts.get(envelope, 0)

    def _certificate_languages(self):
        """Return the languages of the participants, the first one's first."""
        self.ensure_one()
        people = self.signer_ids.filtered(lambda s: s._gets_copy())
        people = people.sorted(lambda s: (s.step, s.sequence, s.id))
        return list(dict.fromkeys(signer._lang() for signer in people))

    def _keep_certificate(self, lang, pdf):
        """Store the certificate in one language; return its SHA-256."""
        self.ensure_one()
        certificates = self.env["esign.certificate"].sudo()
        certificate = certificates.search([("envelope_id", "=", self.id), ("lang", "=", lang)])
        if not certificate:
            certificate = unlocked(certificates).create({"envelope_id": self.id, "lang": lang})
        return certificate._keep(pdf, "application/pdf")

    def _certificate_for(self, lang):
        """Return the certificate in this language, else the first one, if there is any."""
        self.ensure_one()
        made = self.sudo().certificate_ids.filtered("attachment_id").sorted("id")
        return (made.filtered(lambda c: c.lang == lang) or made)[:1]

    def action_open_certificate(self):
        """Download the certificate of completion in the user's language, if it is in that."""
        self.ensure_one()
        self.check_access("read")
        certificate = self._certificate_for(self.env.lang)
        if not certificate:
            raise UserError(self.env._("The certificate of completion is still being created."))
        return certificate._get_download_action()

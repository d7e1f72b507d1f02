from odoo import models

from ..pades.fields import freeze
from ..pades.finalise import STAMP_FIELD, finalise
from ..pades.seal import certify
from ..pades.validate import check_sealed
from .esign_job import JobRefused
from .esign_seal import seal_facts
from .in_words import does_not_hold_up

COMPANY_FIELD = "company"


class EsignJobCertificate(models.Model):
    """Make the certificate of completion; then the copies go out, with it."""

    _inherit = "esign.job"

    def _read_certificate(self):
        envelope = self.envelope_id
        return {
            "plan": envelope._company_plan(),
            "certificates": [
                {"lang": lang, "pdf": envelope._render_certificate(lang), "title": title}
                for lang, title in envelope._certificate_titles().items()
            ],
        }

    @staticmethod
    def _work_certificate(inputs):
        """Seal each file as the documents are sealed, and read it back."""
        problems = []
        for certificate in inputs["certificates"]:
            certificate["sealed"] = _seal(certificate, inputs["plan"])
            problems += check_sealed(
                certificate["sealed"].pdf,
                roots=inputs["plan"].roots,
                stamp_roots=inputs["plan"].stamp_roots,
                expected_fields=[COMPANY_FIELD, STAMP_FIELD + "1"],
                level="B-LTA",
            )
        if problems:
            raise JobRefused(does_not_hold_up(problems))
        return inputs

    def _write_certificate(self, result):
        envelope = self.envelope_id
        for values in result["certificates"]:
            digest = envelope._keep_certificate(values["lang"], values["sealed"].pdf)
            envelope._log(
                "certificate_made",
                {
                    "language": values["lang"],
                    **seal_facts(result["plan"], values["certified"]),
                    # of the file as it is kept, with the time stamp over the whole
                    "sha256": digest,
                },
            )
        self._queue_handing_out()

    def _queue_handing_out(self):
        """File and mail what is signed, and make the evidence package."""
        envelope = self.envelope_id
        self._enqueue("file", envelope)
        for signer in envelope.signer_ids.filtered(lambda s: s._gets_copy()):
            self._enqueue("deliver", envelope, signer=signer)
        self._enqueue("deliver", envelope)
        envelope._queue_package()


def _seal(certificate, plan):
    frozen = freeze(certificate["pdf"], [], title=certificate["title"])
    with plan.open() as signer:
        certificate["certified"] = certify(
            frozen, signer, field=COMPANY_FIELD, contact=plan.contact, timestamper=plan.stamper
        )
    pdf = certificate["certified"].pdf
    return finalise(
        pdf, authorities=plan.authorities, stamper=plan.stamper, extra=plan.material(pdf)
    )


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _certificate_titles(self):
        """Return the title of each certificate to be made, by language."""
        return {
            lang: self.with_context(lang=lang).env._("Certificate of completion: %s", self.name)
            for lang in self._certificate_languages()
        }

    def _render_certificate(self, lang):
        """Return the certificate as a PDF, not yet sealed."""
        self.ensure_one()
        report = self.env["ir.actions.report"].with_user(self.sender_id).sudo()
        report = report.with_company(self.company_id).with_context(
            lang=lang, tz=self._time_zone(), force_report_rendering=True
        )
        pdf, _kind = report._render_qweb_pdf("odoo_esign.action_report_certificate", [self.id])
        return pdf

    def _time_zone(self):
        """Return the zone in which the envelope's times are told to everybody."""
        return self.user_id.tz or self.company_id.partner_id.tz or "UTC"

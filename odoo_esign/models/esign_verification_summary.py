from odoo import api, models

from ..evidence import verdict
from .esign_job_certificate import COMPANY_FIELD


class EsignVerification(models.AbstractModel):
    """The line above all answers, and what is said of a number, or of a file that can't be read."""

    _inherit = "esign.verification"

    @api.model
    def _headline(self, code):
        """Return what all answers come to, see ``verdict.headline``."""
        _ = self.env._
        closed = _("Never completed")
        return {
            verdict.GREEN: _("Genuine: everything agrees"),
            verdict.RED: _("Do not rely on it"),
            "as_sent": _("Not signed yet"),
            "interim": _("Unchanged, but not the final version"),
            "open": _("Not finished yet"),
            "cancelled": closed,
            "declined": closed,
            "expired": closed,
            "unsigned": _("Not signed: there is nothing to check"),
            "foreign": _("Signed elsewhere: we can't vouch for who signed"),
        }.get(code, _("Take a closer look before you rely on it"))

    # ------------------------------------------------------------- a number
    @api.model
    def _words_number(self, envelope):
        _ = self.env._
        company = envelope.company_id.name or ""
        return {
            "completed": (
                _("Yes, completed"),
                _(
                    "%(company)s has a document with this number, and its signing is complete. "
                    "Only the file itself can show whether your copy is that document: check it "
                    "below.",
                    company=company,
                ),
            ),
            "open": (
                _("Yes, not finished"),
                _(
                    "%(company)s has a document with this number, but it is still being signed. Do "
                    "not rely on it yet.",
                    company=company,
                ),
            ),
            "cancelled": (
                _("Yes, withdrawn"),
                _(
                    "%(company)s has withdrawn the document with this number. It was never "
                    "completed.",
                    company=company,
                ),
            ),
            "declined": (
                _("Yes, declined"),
                _("A participant has declined the document with this number."),
            ),
            "expired": (
                _("Yes, expired"),
                _("The deadline for the document with this number has passed."),
            ),
        }

    # ------------------------------------------------------------- not to be judged
    @api.model
    def _refusal(self, examination):
        _ = self.env._
        texts = {
            "too_big": _("The file is larger than 25 MB. This page can't check files that large."),
            "not_pdf": _(
                "This is not a PDF. Please choose the PDF file itself, not a picture of it, an "
                "email or an archive."
            ),
            "encrypted": _(
                "The file is protected with a password, so it can't be read here. Signed files "
                "from us never are."
            ),
            "timeout": _("The file took too long to check. That does not happen with ours."),
        }
        broken = _(
            "The file is damaged and can't be read. If it came by email, download it again; a file "
            "of ours can always be read."
        )
        return {
            "refused": examination.refused_reason,
            "text": texts.get(examination.refused_reason, broken),
            # red is for what was found to be wrong; these could not be looked into
            "colour": verdict.AMBER if examination.refused_reason in texts else verdict.RED,
            "headline": _("The file can't be checked"),
            "cards": [],
            "sha256": examination.sha256,
            "size": examination.size,
        }


class EsignCertificate(models.Model):
    _inherit = "esign.certificate"

    def _kept_for_verdict(self, roots, examination):
        """Return what is kept about this certificate, for the rules to compare a file with."""
        self.ensure_one()
        envelope, finals, serials = self.envelope_id, set(), {}
        own = {mark for mark, root in roots.items() if root.company == self.company_id}
        anchors = [
            one.evidence
            for one in examination.signatures
            if one.evidence and one.root_sha256 in own
        ]
        for code, facts in envelope._log_facts():
            if code == "certificate_made" and facts.get("sha256") == self.sha256:
                finals.add(self.sha256)
                serials[COMPANY_FIELD] = facts.get("certificate", {}).get("serial")
        return verdict.Kept(
            state="completed",
            as_sent="",
            current=self.sha256,
            finals=finals,
            certificates=serials,
            roots=own,
            log_intact=envelope._log_is_whole(anchors),
            is_certificate=True,
        )

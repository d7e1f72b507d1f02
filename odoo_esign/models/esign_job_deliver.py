from odoo import models
from odoo.exceptions import UserError

from .esign_signer_mail import failing_in_plain_words


class EsignJobDeliver(models.Model):
    """What follows a completed or a declined envelope: copies, filing, consequences."""

    _inherit = "esign.job"

    def _send_deliver(self, _result):
        """Mail the signed copy to one participant, or to the responsible user.

        :return: what the log says about who got it, or None
        """
        envelope = self.envelope_id
        lang = self.signer_id._lang() if self.signer_id else envelope.user_id.lang
        attachments = envelope._copies_in(lang, self.signer_id)
        if self.signer_id and not self.signer_id.email:
            return None
        if self.signer_id:
            self.signer_id._send_private_mail(
                "odoo_esign.mail_template_signed_copy", attachments=attachments
            )
            return self.signer_id._evidence_facts()
        if envelope.user_id.partner_id in envelope.signature_ids.partner_id:
            return None  # got it as a participant
        envelope._mail_responsible("odoo_esign.mail_template_completed", attachments)
        return {"name": envelope.user_id.name}

    def _write_deliver(self, facts):
        if facts:
            self.envelope_id._log("delivered", facts)

    def _write_file(self, _result):
        envelope = self.envelope_id
        record = envelope._record()
        if record is None:
            return
        filed = envelope._file_on(record, post=True)
        envelope._log(
            "filed", {"record": envelope.record_name or "", "attachments": filed.mapped("name")}
        )

    def _write_consequence(self, _result):
        """Let the record go on, with the rights of who sent it, unless it says something else."""
        envelope = self.envelope_id
        record = envelope._record()
        if record is None or not hasattr(record, "_esign_on_completed"):
            return
        if envelope._terms_changed():
            self._skip_consequence("record_changed")
            return
        acting = record.with_user(envelope.sender_id).with_company(envelope.company_id)
        if acting._esign_on_completed(envelope) is False:
            self._skip_consequence("not_applicable")
            return
        envelope._log("consequence_run", {"record": envelope.record_name or ""})

    def _keep_failure(self, reason, final):
        super()._keep_failure(reason, final)
        given_up = self.state == "attention"
        if self.kind == "consequence" and (given_up or self.attempts == 1):
            self.envelope_id._log(
                "consequence_failed",
                {
                    "record": self.envelope_id.record_name or "",
                    "reason": self.error or "",
                    "attempt": self.attempts,
                    "final": given_up,
                },
            )

    def _skip_consequence(self, why):
        envelope = self.envelope_id
        envelope._log_record_changed("consequence")
        envelope._log("consequence_skipped", {"why": why})
        changed = why == "record_changed"
        envelope._tell_responsible(
            lambda _: (
                _(
                    "“%s” has been signed, but the record has changed since it was sent. Nothing "
                    "was confirmed; please decide what to do.",
                    envelope.name,
                )
                if changed
                else _(
                    "“%s” has been signed, but nothing was changed on the record, which is not (or "
                    "no longer) waiting for it.",
                    envelope.name,
                ),
                _("Signed, but no action taken: %s", envelope.name),
            )
        )

    def _write_declined(self, _result):
        """Tell the sender and those who had signed already; return the record to its owner."""
        envelope, signer = self.envelope_id, self.signer_id
        envelope._tell_responsible(
            lambda _: (
                _(
                    "%(name)s has declined “%(subject)s”: %(reason)s",
                    name=signer.name,
                    subject=envelope.name,
                    reason=signer.decline_reason,
                )
                + "\n"
                + self._after_refusal(_),
                _("%(name)s has declined: %(subject)s", name=signer.name, subject=envelope.name),
            )
        )
        if envelope.state != "declined":
            return  # the others go on
        asked = (envelope.signer_ids - signer)._told_of_withdrawal()
        for other in asked | envelope.signature_ids.signer_id.filtered("email"):
            self._enqueue("declined_copy", envelope, signer=other)
        record = envelope._record()
        if record is not None and hasattr(record, "_esign_on_declined"):
            acting = record.with_user(envelope.sender_id).with_company(envelope.company_id)
            acting._esign_on_declined(envelope, signer)

    def _after_refusal(self, _):
        """Return what a refusal means for the others, for the responsible user."""
        envelope = self.envelope_id
        if envelope.state == "declined" and envelope._outlives_refusals():
            return _("Without this participant, too few are left: nobody can sign it any more.")
        if envelope.state == "declined":
            return _("Nobody can sign it any more; those who were asked will be notified.")
        return _("Signing continues without this participant.")

    def _send_declined_copy(self, _result):
        decliner = self.envelope_id.signer_ids.filtered(lambda s: s.state == "declined")[:1]
        self.signer_id._send_private_mail(
            "odoo_esign.mail_template_declined", declined_by=decliner.name
        )


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _sealed_attachments(self, signer=None):
        """Return the files of all documents as signed, each checked against its SHA-256."""
        documents = signer._documents() if signer else self.document_ids
        for document in documents:
            document._read_pdf("sealed")
        return documents.sudo().sealed_attachment_id

    def _copies_in(self, lang, signer=None):
        """Return what is handed out: the documents as signed, and the certificate in a language.

        The certificate names all documents: not for those who don't get all of them.
        """
        if signer and not signer._has_all_documents():
            return self._sealed_attachments(signer)
        certificate = self._certificate_for(lang)
        if certificate:
            certificate._read_kept()
        return self._sealed_attachments() + certificate.attachment_id

    def _file_on(self, record, post=False):
        """Attach the signed PDFs and the certificate to ``record``, each once; return the new."""
        self.ensure_one()
        attachments, copies = self.env["ir.attachment"].sudo(), self._copies_in(self.user_id.lang)
        place = {"res_model": record._name, "res_id": record.id}
        present = attachments.search(
            [
                *((name, "=", value) for name, value in place.items()),
                ("checksum", "in", copies.mapped("checksum")),
            ]
        )
        known = set(present.mapped("checksum"))
        filed = attachments.create(
            [
                {"name": copy.name, "raw": copy.raw, "mimetype": "application/pdf", **place}
                for copy in copies
                if copy.checksum not in known
            ]
        )
        if post and filed and hasattr(record, "message_post"):
            names = ", ".join(self.signature_ids.mapped("name"))
            record.sudo().message_post(
                body=self.env._(
                    "“%(subject)s” was signed by %(names)s.", subject=self.name, names=names
                ),
                attachment_ids=filed.ids,
                subtype_xmlid="mail.mt_note",
            )
        return filed

    def _mail_responsible(self, template_xmlid, attachments):
        """Mail the responsible user; the mail holds no link and may stay in the chatter."""
        template = self.env.ref(template_xmlid).sudo()
        if not self.user_id.email:
            raise UserError(self.env._("%s has no email address.", self.user_id.name))
        with failing_in_plain_words(self.env, self.user_id.name):
            template.send_mail(
                self.id,
                force_send=True,
                raise_exception=True,
                email_values={"attachment_ids": [(4, a.id) for a in attachments]},
            )

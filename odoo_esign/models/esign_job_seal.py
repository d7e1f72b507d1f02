import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..pades.appearance import Stamp
from ..pades.seal import approve, close_unused
from ..pades.validate import check_sealed
from .esign_field import IMAGE_KINDS
from .esign_job import JobRefused
from .guard import unlocked

# the company's invisible signature that locks what stayed unused
CLOSING_FIELD = "company_close"


class EsignJobSeal(models.Model):
    """Place each signature in the documents; at the end read everything back."""

    _inherit = "esign.job"

    # ------------------------------------------------------------- apply
    def _read_apply(self):
        signature = self.signer_id.signature_ids
        envelope = self.envelope_id
        authority = self.env["esign.authority"]._get_for(envelope.company_id)
        return {
            "seal": authority._personal_signer(
                # who was invited; the name as typed is in the stamp and in the log
                self.signer_id.name,
                signature.email,
                count=envelope.evidence_count,
                head=envelope.evidence_head,
            ),
            "documents": [
                {
                    "id": document.id,
                    "pdf": document._latest_pdf(),
                    "field": f"s{self.signer_id.id}",
                    "values": signature._pdf_values(document),
                    "stamp": signature._stamp(document),
                    "reason": signature._reason(),
                }
                for document in envelope.document_ids
            ],
        }

    @staticmethod
    def _work_apply(inputs):
        for document in inputs["documents"]:
            document["sealed"] = approve(
                document["pdf"],
                inputs["seal"].signer,
                field=document["field"],
                values=document["values"],
                stamp=document["stamp"],
                reason=document["reason"],
            )
        return inputs

    def _write_apply(self, result):
        envelope, signature = self.envelope_id, self.signer_id.signature_ids
        seals = {}
        for values in result["documents"]:
            document = self.env["esign.document"].browse(values["id"])
            digest = document._keep_sealed(values["sealed"].pdf)
            seals[str(document.id)] = {
                "sha256": digest,
                "byte_range": list(values["sealed"].byte_range),
                "certificate": result["seal"].facts(),
            }
        unlocked(signature).write({"seals": seals, "sealed": True})
        envelope._log("sealed", {**self.signer_id._evidence_facts(), "seals": seals})
        said = self.env._("I have approved.") if self._approves() else self.env._("I have signed.")
        envelope.message_post(
            body=said,
            author_id=signature.partner_id.id or self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
        )

    def _approves(self):
        return self.signer_id.action == "approve"

    # ------------------------------------------------------------- complete
    def _read_complete(self):
        envelope = self.envelope_id
        unsealed = envelope.signature_ids.filtered(lambda s: not s.sealed)
        if unsealed:
            raise UserError(self.env._("Not all signatures are placed in the documents yet."))
        authority = self.env["esign.authority"]._get_for(envelope.company_id)
        signed = envelope.signature_ids.signer_id
        unused = envelope.signer_ids.filtered(lambda s: s.action in ("sign", "approve")) - signed
        return {
            "roots": authority._roots(),
            "fields": ["company", *(f"s{signer.id}" for signer in signed)],
            "seal": authority._company_signer(
                count=envelope.evidence_count, head=envelope.evidence_head
            ),
            "documents": [
                {
                    "id": d.id,
                    "name": d.name,
                    "pdf": d._latest_pdf(),
                    "sha256": d.sealed_sha256,
                    "unused": d._pdf_names_of(unused),
                }
                for d in envelope.document_ids
            ],
        }

    @staticmethod
    def _work_complete(inputs):
        problems = []
        for document in inputs["documents"]:
            fields_expected = list(inputs["fields"])
            if document["unused"]:
                fields_expected.append(CLOSING_FIELD)
                _close(document, inputs["seal"].signer)
            problems += [
                f"{document['name']}: {problem}"
                for problem in check_sealed(
                    document["pdf"],
                    roots=inputs["roots"],
                    expected_fields=fields_expected,
                    sha256=document["sha256"],
                )
            ]
        if problems:
            raise JobRefused("; ".join(problems))
        return inputs

    def _write_complete(self, result):
        envelope = self.envelope_id
        for document in result["documents"]:
            if document["unused"]:
                self.env["esign.document"].browse(document["id"])._keep_sealed(document["pdf"])
                envelope._log(
                    "closed",
                    {
                        "document": document["id"],
                        "fields": document["unused"],
                        "sha256": document["sha256"],
                        "certificate": result["seal"].facts(),
                    },
                )
        envelope._log(
            "validated",
            {"fields": result["fields"], "documents": [d["sha256"] for d in result["documents"]]},
        )
        if not envelope._update_state("completed", date_completed=fields.Datetime.now()):
            return
        envelope._log("completed", {})
        envelope.message_post(
            body=self.env._("Everybody has signed; the documents are sealed and validated."),
            subtype_xmlid="mail.mt_note",
        )
        self._enqueue("file", envelope)
        self._enqueue("consequence", envelope)
        for signer in envelope.signer_ids.filtered(
            lambda s: s.state == "signed" or s.action in ("view", "copy")
        ):
            self._enqueue("deliver", envelope, signer=signer)
        self._enqueue("deliver", envelope)


def _close(document, signer):
    """Lock what nobody filled, else it would stay open for filling for ever."""
    sealed = close_unused(
        document["pdf"], signer, field_name=CLOSING_FIELD, names=document["unused"]
    )
    document["pdf"], document["sha256"] = sealed.pdf, sealed.sha256


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def _pdf_names_of(self, signers):
        """Return the names of these participants' fields in the PDF, the signatures included."""
        names = set(self.field_ids.filtered(lambda f: f.signer_id in signers).mapped("pdf_name"))
        return sorted(names | {f"s{signer.id}" for signer in signers})


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    def _language(self):
        return self.signer_id._lang()

    def _pdf_values(self, document):
        """Return what this participant's fields in ``document`` hold, by the field's PDF name."""
        values = {}
        for field in document._get_fields_of(self.signer_id):
            if field.pdf_name == f"s{self.signer_id.id}":
                continue  # the signature itself, it gets the stamp
            value = self._value_of(field)
            if value not in (None, ""):
                values[field.pdf_name] = value
        return values

    def _value_of(self, field):
        if field.kind in IMAGE_KINDS:
            return self._image_bytes()
        if field.kind == "name":
            return self.name
        if field.kind == "date":
            local = fields.Datetime.context_timestamp(
                self.with_context(tz=self.signer_id._time_zone()), self.date
            )
            return format_date(self.env, local.date(), lang_code=self._language())
        return (self.values or {}).get(str(field.id))

    def _image_bytes(self):
        return base64.b64decode(self.image)

    def _stamp(self, document):
        """Return the visible signature: the image, who, and the time of consent."""
        in_words = self.with_context(lang=self._language()).env
        zone = self.signer_id._time_zone()
        when = format_datetime(in_words, self.date, tz=zone, lang_code=self._language())
        offset = fields.Datetime.context_timestamp(self.with_context(tz=zone), self.date)
        when = f"{when} (UTC{offset.strftime('%z')})"
        if self.action == "approve":
            who = in_words._("Approved by %s", self.name)
        else:
            who = in_words._("Signed by %s", self.name)
        return Stamp(image_png=self._image_bytes(), lines=(who, when))

    def _reason(self):
        """Return the signature dictionary's /Reason (ISO 32000-2, table 255)."""
        return "approved" if self.action == "approve" else "signed"

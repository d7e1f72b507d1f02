from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date, format_datetime

from ..pades.appearance import Stamp
from ..pades.finalise import STAMP_FIELD, finalise
from ..pades.seal import approve, close_unused
from ..pades.validate import check_sealed
from ..pades.words import Sentence
from .esign_field import IMAGE_KINDS
from .esign_job import JobRefused
from .esign_seal import seal_facts, stamp_facts
from .guard import unlocked
from .in_words import does_not_hold_up
from .printable import why_unprintable

# the company's invisible signature that locks what stayed unused
CLOSING_FIELD = "company_close"


class EsignJobSeal(models.Model):
    """Place each signature in the documents; at the end read everything back."""

    _inherit = "esign.job"

    # ------------------------------------------------------------- apply
    def _read_apply(self):
        signature = self.signer_id.signature_ids
        envelope = self.envelope_id
        return {
            # who was invited; the name as typed is in the stamp and in the log
            "plan": envelope._plan_for(self.signer_id.name, signature.email),
            "documents": [
                {
                    "id": document.id,
                    "pdf": document._latest_pdf(),
                    "field": f"s{self.signer_id.id}",
                    "values": signature._pdf_values(document),
                    "stamp": signature._stamp(document),
                    "reason": signature._reason(),
                }
                for document in self.signer_id._documents()
            ],
        }

    @staticmethod
    def _work_apply(inputs):
        plan = inputs["plan"]
        with plan.open() as signer:
            for document in inputs["documents"]:
                document["sealed"] = approve(
                    document["pdf"],
                    signer,
                    field=document["field"],
                    values=document["values"],
                    stamp=document["stamp"],
                    reason=document["reason"],
                    contact=plan.contact,
                    timestamper=plan.stamper,
                )
        return inputs

    def _write_apply(self, result):
        envelope, signature = self.envelope_id, self.signer_id.signature_ids
        seals = {}
        for values in result["documents"]:
            document = self.env["esign.document"].browse(values["id"])
            document._keep_sealed(values["sealed"].pdf)
            seals[str(document.id)] = seal_facts(result["plan"], values["sealed"])
        unlocked(signature).write({"seals": seals, "sealed": True})
        envelope._log("sealed", {**self.signer_id._evidence_facts(), "seals": seals})
        author = self._author_of(signature)
        envelope.message_post(
            body=self._said(signature, author),
            author_id=(author or self.env.ref("base.partner_root")).id,
            subtype_xmlid="mail.mt_note",
        )

    def _said(self, signature, author):
        """Return what stands in the chatter: the words of the contact, or words about somebody."""
        _ = self.env._
        if not author:
            name = signature.name
            return _("%s has approved.", name) if self._approves() else _("%s has signed.", name)
        return _("I have approved.") if self._approves() else _("I have signed.")

    def _author_of(self, signature):
        """Return whose words stand in the chatter; who acts for another is no contact of ours."""
        email = email_normalize(signature.email or "")
        own = not email or email == signature.partner_id.email_normalized
        return signature.partner_id if own else signature.partner_id.browse()

    def _approves(self):
        return self.signer_id.action == "approve"

    # ------------------------------------------------------------- complete
    def _read_complete(self):
        envelope = self.envelope_id
        unsealed = envelope.signature_ids.filtered(lambda s: not s.sealed)
        if unsealed:
            raise UserError(self.env._("Not all signatures are placed in the documents yet."))
        signed = envelope.signature_ids.signer_id
        unused = envelope.signer_ids.filtered(lambda s: s.action in ("sign", "approve")) - signed
        return {
            "fields": ["company", *(f"s{signer.id}" for signer in signed)],
            "plan": envelope._company_plan(),
            "documents": [
                {
                    "id": d.id,
                    "name": d.name,
                    "pdf": d._latest_pdf(),
                    "fields": ["company", *(f"s{s.id}" for s in signed & d._signers())],
                    "unused": d._pdf_names_of(unused & d._signers()),
                }
                for d in envelope.document_ids
            ],
        }

    @staticmethod
    def _work_complete(inputs):
        """Lock what nobody filled, make it last, and read the result back."""
        problems = []
        for document in inputs["documents"]:
            expected = [*document["fields"], STAMP_FIELD + "1"]
            if document["unused"]:
                expected.append(CLOSING_FIELD)
                document["closed"] = _close(document, inputs["plan"])
            document["stamped"] = _finalise(document, inputs["plan"])
            problems += [
                Sentence("%(name)s: %(problem)s", name=document["name"], problem=problem)
                for problem in check_sealed(
                    document["stamped"].pdf,
                    roots=inputs["plan"].roots,
                    stamp_roots=inputs["plan"].stamp_roots,
                    expected_fields=expected,
                    level="B-LTA",
                )
            ]
        if problems:
            raise JobRefused(does_not_hold_up(problems))
        return inputs

    def _write_complete(self, result):
        envelope = self.envelope_id
        for values in result["documents"]:
            self._write_final(values, result["plan"])
        envelope._log(
            "validated",
            {
                "level": "B-LTA",
                "fields": result["fields"],
                "documents": [d["stamped"].sha256 for d in result["documents"]],
            },
        )
        if not envelope._update_state("completed", date_completed=fields.Datetime.now()):
            return
        envelope._log("completed", {})
        envelope.message_post(
            body=self._said_at_the_end(),
            subtype_xmlid="mail.mt_note",
        )
        # what follows does not wait for the certificate; the copies go out with it
        self._enqueue("consequence", envelope)
        self._enqueue("certificate", envelope)

    def _said_at_the_end(self):
        _ = self.env._
        if self.envelope_id.refused_by:
            return _("All the others have signed; the documents are sealed and validated.")
        return _("Everyone has signed; the documents are sealed and validated.")

    def _write_final(self, values, plan):
        """Keep a document's last revision, and what was added to it."""
        document = self.env["esign.document"].browse(values["id"])
        document._keep_sealed(values["stamped"].pdf)
        if values["unused"]:
            self.envelope_id._log(
                "closed",
                {
                    "document": document.id,
                    "fields": values["unused"],
                    **seal_facts(plan, values["closed"]),
                },
            )
        self.envelope_id._log(
            "stamped", {"document": document.id, **stamp_facts(plan, values["stamped"])}
        )


def _close(document, plan):
    """Lock what nobody filled, else it would stay open for filling for ever."""
    with plan.open() as signer:
        closed = close_unused(
            document["pdf"],
            signer,
            field_name=CLOSING_FIELD,
            names=document["unused"],
            contact=plan.contact,
            timestamper=plan.stamper,
        )
    document["pdf"] = closed.pdf
    return closed


def _finalise(document, plan):
    """Add what a reader needs to judge the signatures in decades, and a time stamp over all."""
    return finalise(
        document["pdf"],
        authorities=plan.authorities,
        stamper=plan.stamper,
        extra=plan.material(document["pdf"]),
    )


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
            return self._picture(field.kind)
        if field.kind == "name":
            return self.name
        if field.kind == "date":
            local = fields.Datetime.context_timestamp(
                self.with_context(tz=self.signer_id._time_zone()), self.date
            )
            [day] = self._printed(
                lambda lang: [format_date(self.env, local.date(), lang_code=lang)]
            )
            return day
        return (self.values or {}).get(str(field.id))

    def _stamp(self, document):
        """Return the visible signature: the image, who, and the time of consent."""
        lines = tuple(self._printed(self._stamp_lines))
        return Stamp(image_png=self._picture("signature"), lines=lines)

    def _printed(self, lines_in):
        """Return lines in the participant's language, or in English where that has no font here.

        :param lines_in: from the code of a language to a list of lines
        """
        lines = lines_in(self._language())
        unprintable = any(why_unprintable(self.env, line) for line in lines)
        return lines_in("en_US") if unprintable else lines

    def _stamp_lines(self, lang):
        in_words = self.with_context(lang=lang).env
        zone = self.signer_id._time_zone()
        when = format_datetime(in_words, self.date, tz=zone, lang_code=lang)
        offset = fields.Datetime.context_timestamp(self.with_context(tz=zone), self.date)
        when = f"{when} (UTC{offset.strftime('%z')})"
        if self.action == "approve":
            who = in_words._("Approved by %s", self.name)
        else:
            who = in_words._("Signed by %s", self.name)
        lines = [who, when]
        if self.envelope_id.seal_is_test:
            lines.append(in_words._("TEST: made with a test seal"))
        return lines

    def _reason(self):
        """Return the signature dictionary's /Reason (ISO 32000-2, table 255)."""
        return "approved" if self.action == "approve" else "signed"

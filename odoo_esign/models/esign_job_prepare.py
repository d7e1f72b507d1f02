import base64
import hashlib
import re

from odoo import fields, models

from ..pades import anchors as pdf_anchors
from ..pades.appending import append_pages, blank_page
from ..pades.fields import FieldSpec, SignerFields, freeze
from ..pades.inspect import inspect_upload
from ..pades.seal import certify
from .esign_job import JobRefused
from .esign_seal import seal_facts
from .guard import unlocked

# the anchors of report/signature_block.xml: #esign-<signer>-<kind>-a# and -b#
ANCHOR = r"#esign-(\d+)-([a-z]+)-([ab])#"
FALLBACK = {"signature": (200, 60), "name": (200, 16), "date": (120, 16)}


class EsignJobPrepare(models.Model):
    """Render and freeze every document, let the company certify it, open the first step."""

    _inherit = "esign.job"

    # ------------------------------------------------------------- read
    def _read_prepare(self):
        envelope = self.envelope_id
        terms = envelope._record_terms()
        documents = []
        for document in envelope.document_ids:
            content = document._render_content()
            original = hashlib.sha256(content).hexdigest()
            places = _find_places(content, document._signers().ids)
            rest = document._render_participants(original, places)
            documents.append(
                {
                    "id": document.id,
                    "title": document.name,
                    "content": content,
                    "original_sha256": original,
                    "participants_page": rest,
                    "signers": document._signers()
                    .filtered(lambda s: s.action in ("sign", "approve"))
                    .ids,
                    "places": [field._as_place() for field in document.field_ids],
                }
            )
        return {"terms": terms, "documents": documents, "plan": envelope._company_plan()}

    # ------------------------------------------------------------- work
    @staticmethod
    def _work_prepare(inputs):
        plan = inputs["plan"]
        with plan.open() as signer:
            for document in inputs["documents"]:
                _freeze(document)
                document["sealed"] = certify(
                    document.pop("frozen"),
                    signer,
                    contact=plan.contact,
                    timestamper=plan.stamper,
                )
        return inputs

    # ------------------------------------------------------------- write
    def _write_prepare(self, result):
        envelope = self.envelope_id
        if envelope.state != "preparing":
            return
        if envelope._is_past_deadline():  # a report was broken for long, for example
            envelope._expire()
            return
        envelope._lock()
        for values in result["documents"]:
            self._write_document(values, result["plan"])
        unlocked(envelope).write(envelope._keep_terms(result["terms"]))
        envelope._update_state("sent", date_sent=fields.Datetime.now())
        envelope._log("sent", {"terms_sha256": envelope.terms_sha256 or ""})
        self._enqueue_all(envelope, envelope._open_next_step())
        record = envelope._record()
        if record is not None and hasattr(record, "_esign_on_sent"):
            record._esign_on_sent(envelope)

    def _write_document(self, values, plan):
        document = self.env["esign.document"].browse(values["id"])
        document._keep_places(values["places"])
        document._keep_frozen(
            values["sealed"].pdf, values["original_sha256"], values["geometry"]
        )
        self.envelope_id._log(
            "frozen",
            {
                "document": document.id,
                "name": document.name,
                "content_sha256": values["original_sha256"],
                "uncertified_sha256": values["frozen_sha256"],
            },
        )
        self.envelope_id._log(
            "certified",
            {
                "document": document.id,
                **seal_facts(plan, values["sealed"]),
            },
        )


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def _render_content(self):
        """Return the PDF as the record's report or the upload gives it."""
        self.ensure_one()
        if self.source == "upload":
            return self._checked_upload()
        envelope = self.envelope_id
        reader = envelope.signer_ids.sorted(lambda s: (s.step, s.sequence))[:1]
        report = self.env["ir.actions.report"].with_user(envelope.sender_id)
        report = report.with_company(envelope.company_id).with_context(
            lang=reader._lang(),
            tz=envelope.user_id.tz,
            esign_envelope_id=envelope.id,
            esign_document_id=self.id,
            report_pdf_no_attachment=True,
            force_report_rendering=True,
        )
        pdf, _kind = report._render_qweb_pdf(self.report_id, [envelope.res_id])
        return pdf

    def _checked_upload(self):
        """Return the uploaded PDF if it is fit to be signed.

        It is judged in a child process with limits; where only rewriting makes it readable,
        the rewritten one is used.
        """
        pdf = base64.b64decode(self.sudo().upload)
        report = inspect_upload(pdf)
        reason = self._why_refused(report) or self._why_unfit(report.warnings)
        if reason:
            raise JobRefused(
                self.env._("“%(name)s” can't be used: %(why)s", name=self.name, why=reason)
            )
        return report.repaired or pdf

    def _why_refused(self, report):
        """Return why an uploaded PDF can't be used, or None; the child process says it in codes."""
        _ = self.env._
        if not report.refused_reason:
            return None
        return {
            "too_big": _("it is too large."),
            "not_pdf": _("it is not a PDF."),
            "encrypted": _("it is protected with a password. Save it without one."),
            "broken_signed": _("it is already signed, and damaged. Send the unsigned original."),
            "locked": _("it is already signed, and may no longer be changed."),
            "no_pages": _("it has no pages."),
            "too_many_pages": _("it has too many pages."),
            "timeout": _("it takes too long to open. Print it to a new PDF and upload that."),
        }.get(
            report.refused_reason,
            _("it is damaged and can't be read. Print it to a new PDF and upload that."),
        )

    def _why_unfit(self, warnings):
        _ = self.env._
        if "signed" in warnings:
            return _("it is already signed. Send the unsigned original.")
        active = {"javascript", "launch", "submit", "xfa"} & set(warnings)
        if active:
            return _(
                "it holds active content (%s), which can change what a reader shows. Print it to "
                "a new PDF and upload that.",
                ", ".join(sorted(active)),
            )
        return None

    def _render_participants(self, original_sha256, places):
        """Return the page that lists who signs what, with places for those who have none yet."""
        self.ensure_one()
        placed = {place["signer_id"] for place in places}
        envelope = self.envelope_id
        reader = envelope.signer_ids.sorted(lambda s: (s.step, s.sequence))[:1]
        report = self.env["ir.actions.report"].with_user(envelope.sender_id).sudo()
        report = report.with_company(envelope.company_id).with_context(
            lang=reader._lang(), tz=envelope.user_id.tz, force_report_rendering=True
        )
        pdf, _kind = report._render_qweb_pdf(
            "odoo_esign.action_report_participants",
            [self.id],
            data={
                "original_sha256": original_sha256,
                "unplaced_ids": [
                    s.id
                    for s in self._signers()
                    if s.action in ("sign", "approve")
                    and s.id not in placed
                    and not self.field_ids.filtered(lambda f, s=s: f.signer_id == s)
                ],
            },
        )
        return pdf

    def _keep_places(self, places):
        """Keep the fields with their names in the PDF; those found by anchors are new."""
        self.ensure_one()
        for place in places:
            values = {"pdf_name": place["name"]}
            if place.get("id"):
                unlocked(self.env["esign.field"].browse(place["id"])).write(values)
                continue
            left, bottom, right, top = place["box"]
            values.update(
                document_id=self.id,
                signer_id=place["signer_id"],
                kind=place["kind"],
                page=place["page"],
                left=left,
                bottom=bottom,
                right=right,
                top=top,
            )
            unlocked(self.env["esign.field"]).create(values)


class EsignField(models.Model):
    _inherit = "esign.field"

    def _as_place(self):
        return {
            "id": self.id,
            "signer_id": self.signer_id.id,
            "kind": self.kind,
            "page": self.page,
            "box": (self.left, self.bottom, self.right, self.top),
            "options": tuple(self.options or ()),
            "label": self.label or "",
        }


def _freeze(document):
    """Make the PDF that goes out: all pages, and every field of everybody in it."""
    pdf = append_pages(document["content"], document["participants_page"])
    places = document["places"] + _find_places(pdf, document["signers"])
    pdf, places = _add_missing_places(pdf, places, document["signers"])
    document["places"] = _name_places(places)
    document["geometry"] = [
        {
            "width": round(box.right - box.left, 2),
            "height": round(box.top - box.bottom, 2),
            "rotation": box.rotation,
        }
        for box in pdf_anchors.page_boxes(pdf)
    ]
    frozen = freeze(
        pdf, _signer_fields(places, document["signers"]), title=document["title"]
    )
    document["frozen_sha256"] = hashlib.sha256(frozen).hexdigest()
    document["frozen"] = frozen


def _name_places(places):
    """Give every place its field name in the PDF (ISO 32000-2, 12.7.4.2).

    A participant's first signature place holds the signature itself and is named ``s<id>``;
    everything else is a form field ``s<id>_f<number>``.
    """
    named = {}
    for number, place in enumerate(sorted(places, key=lambda p: (p["page"], -p["box"][3]))):
        signer = place["signer_id"]
        if place["kind"] == "signature" and signer not in named:
            named[signer] = place["name"] = f"s{signer}"
        else:
            place["name"] = f"s{signer}_f{number + 1}"
    return places


def _signer_fields(places, signer_ids):
    """Return what the PDF gets per participant: one signature field, and what it locks."""
    result = []
    for signer in signer_ids:
        mine = [place for place in places if place["signer_id"] == signer]
        main = next((place for place in mine if place["name"] == f"s{signer}"), None)
        result.append(
            SignerFields(
                signature_name=f"s{signer}",
                signature_page=main["page"] if main else 0,
                signature_box=main["box"] if main else None,
                fields=tuple(
                    FieldSpec(
                        name=place["name"],
                        kind=place["kind"],
                        page=place["page"],
                        box=place["box"],
                        options=place.get("options", ()),
                        tooltip=place.get("label", ""),
                    )
                    for place in mine
                    if place is not main
                ),
            )
        )
    return result


def _find_places(pdf, signer_ids):
    """Return the places that the anchors in ``pdf`` mark for these participants.

    Two anchors belong to a place: the first marks its upper left, the second its lower
    right corner, so that the size is right whatever scale the report was printed at.
    """
    corners = {}
    for anchor in pdf_anchors.find_anchors(pdf, ANCHOR):
        signer, kind, corner = re.fullmatch(ANCHOR, anchor.text).groups()
        corners.setdefault((int(signer), kind, anchor.page), {})[corner] = anchor
    places = []
    for (signer, kind, page), found in corners.items():
        if signer not in signer_ids or set(found) != {"a", "b"}:
            continue
        box = (found["a"].left, found["b"].bottom, found["b"].right, found["a"].top)
        if box[2] - box[0] >= 10 and box[3] - box[1] >= 6:
            places.append({"signer_id": signer, "kind": kind, "page": page, "box": box})
    return places


def _add_missing_places(pdf, places, signer_ids):
    """Give those who have no signature field a place on a blank page at the end.

    That happens where the PDF has no text at all to hold an anchor, for example when it
    was printed by a wkhtmltopdf that draws glyphs as outlines.
    """
    placed = {place["signer_id"] for place in places if place["kind"] == "signature"}
    missing = [signer for signer in signer_ids if signer not in placed]
    if not missing:
        return pdf, places
    page_boxes = pdf_anchors.page_boxes(pdf)
    width, height, per_page = 595.0, 842.0, 6
    for start in range(0, len(missing), per_page):
        page = len(page_boxes) + start // per_page
        pdf = append_pages(pdf, blank_page(width, height))
        top = height - 60
        for signer in missing[start : start + per_page]:
            for kind in ("name", "date", "signature"):
                wide, high = FALLBACK[kind]
                box = (60.0, top - high, 60.0 + wide, top)
                places = [*places, {"signer_id": signer, "kind": kind, "page": page, "box": box}]
                top -= high + 4
            top -= 24
    return pdf, places

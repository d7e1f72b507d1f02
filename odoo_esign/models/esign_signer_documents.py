import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .guard import unlocked


class EsignSigner(models.Model):
    """Which documents somebody gets to see and sign, and in which revision."""

    _inherit = "esign.signer"

    document_ids = fields.Many2many(
        "esign.document",
        "esign_signer_document_rel",
        "signer_id",
        "document_id",
        "Documents",
        copy=False,
        help="What this participant gets to see and sign. Empty: everything.",
    )
    view_blocks = fields.Boolean(
        "Must open it first",
        help="For those who view: the next step waits until this participant has opened the "
        "document.",
    )

    @api.constrains("document_ids", "envelope_id")
    def _check_documents(self):
        for signer in self:
            if signer.document_ids.envelope_id - signer.envelope_id:
                raise ValidationError(
                    self.env._(
                        "%s can only be given documents from the same envelope.", signer.name
                    )
                )

    def _documents(self):
        """Return the documents that are for this participant, at least one, in their order."""
        self.ensure_one()
        documents = self.envelope_id.document_ids
        chosen = self.document_ids if len(documents) > 1 else None
        return documents & chosen if chosen else documents

    def _has_all_documents(self):
        """Tell whether nothing is kept from this participant: certificate and package tell all."""
        return self._documents() == self.envelope_id.document_ids

    # ------------------------------------------------------------- who views
    def _blocks(self):
        """A viewer blocks where the sender wants so, until the page was opened."""
        waits = self.action == "view" and self.view_blocks and not self.date_opened
        return super()._blocks() or (waits and not self._is_over())

    def _open(self, context):
        waited = self.view_blocks and self._blocks()
        result = super()._open(context)
        if waited and not self._blocks() and self.envelope_id.state == "sent":
            self.envelope_id._after_act()
        return result

    # ------------------------------------------------------------- what is shown
    def _signing_page(self, csrf_token):
        page = super()._signing_page(csrf_token)
        mine = self._documents()
        page["documents"] = [d for d in page["documents"] if d["id"] in mine.ids]
        for entry in page["documents"]:
            document = mine.filtered(lambda d, entry=entry: d.id == entry["id"])
            entry["sha256"] = document._revision_for(self)
            entry["url"] += f"?revision={entry['sha256']}"
            entry["note"] = document._note_for(self)
        return page

    def _shown_documents(self, request):
        """Return which revision of each document the page has shown, by its SHA-256.

        The page says so; what it can't have got from us doesn't count.
        """
        said = request.get("shown")
        said = said if isinstance(said, dict) else {}
        shown = {}
        for document in self._documents():
            mark = said.get(str(document.id))
            known = isinstance(mark, str) and mark in document._revisions_for(self)
            shown[str(document.id)] = {"shown": mark if known else document.frozen_sha256}
        return shown


class EsignDocument(models.Model):
    """A revision is the beginning of every later one: only its length and hash are kept."""

    _inherit = "esign.document"

    chosen_by_ids = fields.Many2many(
        "esign.signer", "esign_signer_document_rel", "document_id", "signer_id", copy=False
    )
    revisions = fields.Json("Sealed revisions", readonly=True, copy=False)

    def _signers(self):
        """Return those for whom this document is."""
        self.ensure_one()
        return self.envelope_id.signer_ids.filtered(lambda signer: self in signer._documents())

    def _keep_sealed(self, pdf):
        digest = super()._keep_sealed(pdf)
        known = [*(self.revisions or []), {"sha256": digest, "size": len(pdf)}]
        unlocked(self).write({"revisions": known})
        return digest

    def _revisions_for(self, signer):
        """Return the hashes of the revisions that this participant may see, oldest first."""
        shown = [self.frozen_sha256]
        if self.envelope_id.show_marks:
            shown += [revision["sha256"] for revision in self.revisions or []]
        return shown

    def _revision_for(self, signer):
        """Return the hash of the revision that the page shows now: what was signed, or the newest.

        The signatures of others are in it as far as they are placed; that takes a moment after
        each, and invitations go out behind it.
        """
        signature = signer.sudo().signature_ids
        signed = (signature.documents or {}).get(str(self.id), {}).get("shown")
        return signed or self._revisions_for(signer)[-1]

    def _note_for(self, signer):
        """Tell whose signature is not in the document yet, '' if all are that may be seen."""
        if not self.envelope_id.show_marks:
            return ""
        missing = self.envelope_id.sudo().signature_ids.filtered(
            lambda s: not s.sealed and s.signer_id != signer and self in s.signer_id._documents()
        )
        if not missing:
            return ""
        return self.env._(
            "%s has already agreed; their mark will appear in the document in a moment.",
            ", ".join(missing.mapped("name")),
        )

    def _read_shown(self, signer, sha256=None):
        """Return the bytes of a revision that this participant may see.

        :raise UserError: if there is no such revision, or the file is not what was stored
        """
        self.ensure_one()
        sha256 = sha256 or self._revision_for(signer)
        if sha256 == self.frozen_sha256:
            return self._read_pdf("frozen")
        sizes = {revision["sha256"]: revision["size"] for revision in self.revisions or []}
        if sha256 not in sizes or sha256 not in self._revisions_for(signer):
            raise UserError(self.env._("There is no such revision of “%s”.", self.name))
        pdf = self._read_pdf("sealed")[: sizes[sha256]]
        if hashlib.sha256(pdf).hexdigest() != sha256:
            raise UserError(self.env._("“%s” has been altered.", self.name))
        return pdf


class EsignField(models.Model):
    _inherit = "esign.field"

    @api.constrains("signer_id", "document_id")
    def _check_chosen_document(self):
        for field in self:
            if field.document_id not in field.signer_id._documents():
                raise ValidationError(
                    self.env._(
                        "“%(document)s” is not among the documents of %(name)s.",
                        document=field.document_id.name,
                        name=field.signer_id.name,
                    )
                )


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    show_marks = fields.Boolean(
        "Show earlier signatures",
        default=True,
        help="Whether participants see the marks of those who have acted before them, as on "
        "paper, or the documents as they were sent.",
    )

    def copy(self, default=None):
        """Give everybody in the copy what they got in the original, and no more."""
        copies = super().copy(default)
        for envelope, copied in zip(self, copies, strict=True):
            twins = dict(zip(envelope.document_ids, copied.document_ids, strict=False))
            for signer, twin in zip(envelope.signer_ids, copied.signer_ids, strict=False):
                chosen = [twins[one].id for one in signer.document_ids if one in twins]
                if chosen:
                    twin.document_ids = [fields.Command.set(chosen)]
        return copies

    def _check_sendable(self):
        super()._check_sendable()
        # chosen after the fields were placed
        self.document_ids.field_ids._check_chosen_document()

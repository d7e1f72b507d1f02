import hashlib
import os
import tempfile
from contextlib import suppress

from odoo import models
from odoo.exceptions import UserError

from .guard import locked, unlocked


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def _keep_frozen(self, pdf, original_sha256, geometry):
        """Store the PDF that goes out to the signers; it is written once."""
        self.ensure_one()
        attachment = self._store_pdf(pdf, "")
        digest = hashlib.sha256(pdf).hexdigest()
        unlocked(self).write(
            {
                "original_sha256": original_sha256,
                "frozen_attachment_id": attachment.id,
                "frozen_sha256": digest,
                "page_geometry": geometry,
            }
        )
        return digest

    def _keep_sealed(self, pdf):
        """Store a new sealed revision; the one before is contained in it and can go."""
        self.ensure_one()
        before = self.sealed_attachment_id
        attachment = self._store_pdf(pdf, " - signed")
        digest = hashlib.sha256(pdf).hexdigest()
        unlocked(self).write({"sealed_attachment_id": attachment.id, "sealed_sha256": digest})
        if before:
            unlocked(before).unlink()
        return digest

    def _latest_pdf(self):
        """Return the bytes of the latest revision, checked against its SHA-256."""
        return self._read_pdf("sealed" if self.sealed_attachment_id else "frozen")

    def _read_pdf(self, revision):
        """Return the bytes of the 'frozen' or the 'sealed' revision.

        :raise UserError: if the file is not what was stored
        """
        self.ensure_one()
        attachment = self[f"{revision}_attachment_id"].sudo()
        pdf = attachment.raw or b""
        if not attachment or hashlib.sha256(pdf).hexdigest() != self[f"{revision}_sha256"]:
            raise UserError(
                self.env._(
                    "The stored file of “%s” is not the one that was kept: it is missing or was "
                    "changed. Nothing is done with it; restore it from a backup.",
                    self.name,
                )
            )
        return pdf

    def _store_pdf(self, pdf, suffix):
        _mend_file(self.env["ir.attachment"], pdf)
        attachment = unlocked(self.env["ir.attachment"].sudo()).create(
            {
                "name": self._file_name(suffix),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        _write_durably(attachment, pdf)
        return locked(attachment)


def _mend_file(attachments, data):
    """Write over what a crash has left where ``data`` belongs.

    The filestore names files by their SHA-1. A file that is not what its name says, empty
    for example, would be taken for a collision, and the content refused for ever.
    """
    if attachments._storage() == "db":
        return
    name = attachments._compute_checksum(data)
    path = attachments._full_path(f"{name[:2]}/{name}")
    with suppress(FileNotFoundError), open(path, "rb") as file:
        if attachments._compute_checksum(file.read()) != name:
            _write_file(path, data)


def _write_durably(attachment, data):
    """Make sure that the file outlives a power cut.

    Odoo's filestore does not sync, and a file that is there already may be there without its
    content. It is therefore written again beside its place, synced, moved over it, and read
    back.
    """
    if not attachment.store_fname:
        return  # kept in the database, which syncs by itself
    path = attachment._full_path(attachment.store_fname)
    _write_file(path, data)
    with open(path, "rb") as file:
        if file.read() != data:
            raise OSError(f"{path} does not hold what was written to it")


def _write_file(path, data):
    folder = os.path.dirname(path)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".esign-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    for place in (folder, os.path.dirname(folder)):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

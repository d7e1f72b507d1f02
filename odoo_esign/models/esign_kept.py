import hashlib
import os
import tempfile
from contextlib import suppress

from odoo import fields, models
from odoo.exceptions import UserError

from .guard import locked, unlocked


class EsignKept(models.AbstractModel):
    """Records with files that nobody changes: written durably, checked whenever they are read.

    Attachments of models that inherit this are guarded, see ``ir.attachment``.
    """

    _name = "esign.kept"
    _description = "Keeper of Files That Nobody Changes"

    def _store_file(self, name, data, mimetype="application/pdf"):
        """Return a new guarded attachment of this record."""
        self.ensure_one()
        _mend_file(self.env["ir.attachment"], data)
        attachment = unlocked(self.env["ir.attachment"].sudo()).create(
            {
                "name": name,
                "raw": data,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        _write_durably(attachment, data)
        return locked(attachment)

    def _read_file(self, attachment, sha256, name):
        """Return the bytes of an attachment.

        :raise UserError: if the file is not what was stored; ``name`` is what it is called
        """
        data = attachment.sudo().raw or b""
        if not attachment or hashlib.sha256(data).hexdigest() != sha256:
            raise UserError(
                self.env._(
                    "The stored file of “%s” is missing or was changed, so it can't be used. "
                    "Restore it from a backup.",
                    name,
                )
            )
        return data


class EsignKeptFile(models.AbstractModel):
    """One file about an envelope, made by a job."""

    _name = "esign.kept.file"
    _description = "File That Nobody Changes"
    _inherit = ["esign.kept", "esign.protected"]
    _rec_name = "envelope_id"

    _esign_own_fields = frozenset({"envelope_id", "company_id", "attachment_id", "sha256", "date"})

    envelope_id = fields.Many2one(
        "esign.envelope", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="envelope_id.company_id", store=True, index=True)
    attachment_id = fields.Many2one("ir.attachment", "File", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True)
    date = fields.Datetime("Made on", readonly=True)

    def _esign_envelopes(self):
        return self.envelope_id

    def _file_name(self):
        raise NotImplementedError

    def _keep(self, data, mimetype):
        """Store the file, in place of the one before; return its SHA-256."""
        self.ensure_one()
        before = self.attachment_id
        attachment = self._store_file(self._file_name(), data, mimetype)
        digest = hashlib.sha256(data).hexdigest()
        unlocked(self).write(
            {"attachment_id": attachment.id, "sha256": digest, "date": fields.Datetime.now()}
        )
        if before:
            unlocked(before.sudo()).unlink()
        return digest

    def _read_kept(self):
        """Return the file's bytes.

        :raise UserError: if they are not what was stored
        """
        self.ensure_one()
        return self._read_file(self.attachment_id, self.sha256, self._file_name())

    def _get_download_action(self):
        """Return the action that downloads the file, once it is known to be what was kept.

        :raise AccessError: for a user who may not read this file, whoever may read the envelope
        """
        self.sudo(False).check_access("read")
        self._read_kept()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=1",
            "target": "download",
        }


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

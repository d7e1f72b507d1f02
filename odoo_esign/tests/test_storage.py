"""The kept files: what lies on the disk is what was kept, or nobody gets it."""

import hashlib
import os

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EsignCase, EsignHttpCase, make_pdf


class DiskCase:
    def path_of(self, attachment):
        attachment = attachment.sudo()
        return attachment._full_path(attachment.store_fname)

    def damage(self, attachment, change):
        """Change the file behind an attachment; the test's end puts it back."""
        path = self.path_of(attachment)
        with open(path, "rb") as file:
            data = file.read()
        self.addCleanup(self.put, path, data)
        self.put(path, change(data))
        self.env.invalidate_all()
        return data

    @staticmethod
    def put(path, data):
        if data is None:
            os.unlink(path)
            return
        with open(path, "wb") as file:
            file.write(data)


def one_byte(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


DAMAGES = (one_byte, lambda data: b"", lambda data: data[:-1], lambda data: data + b"\n")


@tagged("post_install", "-at_install")
class TestStorage(DiskCase, EsignCase):
    def test_damage_is_refused_on_read(self):
        envelope = self.sign_all(self.send_new())
        document = envelope.document_ids
        for revision in ("frozen", "sealed"):
            attachment = document[f"{revision}_attachment_id"]
            good = document._read_pdf(revision)
            self.assertEqual(hashlib.sha256(good).hexdigest(), document[f"{revision}_sha256"])
            for change in DAMAGES:
                self.damage(attachment, change)
                with self.assertRaisesRegex(UserError, "Agreement 1.*missing or was changed"):
                    document._read_pdf(revision)
                self.put(self.path_of(attachment), good)
                self.env.invalidate_all()
            self.assertEqual(document._read_pdf(revision), good)

    @mute_logger("odoo.addons.base.models.ir_attachment")
    def test_missing_file(self):
        envelope = self.send_new()
        document = envelope.document_ids
        path = self.path_of(document.frozen_attachment_id)
        with open(path, "rb") as file:
            self.addCleanup(self.put, path, file.read())
        os.unlink(path)
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "missing"):
            document._read_pdf("frozen")

    def test_no_seal_on_a_damaged_file(self):
        """The job says what is wrong, waits, and goes on when the file is restored."""
        envelope = self.send_new()
        attachment = envelope.document_ids.frozen_attachment_id
        good = self.damage(attachment, one_byte)
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        failed = self.run_jobs(allow_failures=True)
        self.assertEqual(failed.mapped("kind"), ["apply"])
        self.assertIn("missing or was changed", failed.error)
        self.assertEqual(envelope.state, "signed")
        self.assertFalse(envelope.document_ids.sealed_attachment_id)
        self.put(self.path_of(attachment), good)
        failed.write({"attempts": 0})
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_no_completion_over_a_damaged_seal(self):
        envelope = self.send_new()
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        jobs = self.env["esign.job"]
        self.env.flush_all()
        self.env.cr.execute("UPDATE esign_job SET next_try = now() AT TIME ZONE 'UTC'")
        apply = jobs.browse(jobs._claim())
        self.assertEqual(apply.kind, "apply")
        jobs._run(apply.id)
        self.env.invalidate_all()
        self.damage(envelope.document_ids.sealed_attachment_id, one_byte)
        failed = self.run_jobs(allow_failures=True)
        self.assertEqual(failed.mapped("kind"), ["complete"])
        self.assertEqual(envelope.state, "signed")
        self.assertNotIn("completed", self.codes(envelope))

    def test_no_delivery_of_a_damaged_file(self):
        envelope = self.sign_all(self.send_new())
        self.damage(envelope.document_ids.sealed_attachment_id, one_byte)
        with self.assertRaises(UserError):
            envelope._sealed_attachments()
        with self.assertRaises(UserError):
            envelope._file_on(self.customer)

    def test_hash_is_not_the_attachments_own(self):
        """A forger who also adjusts the attachment's row is found by our SHA-256."""
        envelope = self.sign_all(self.send_new())
        document = envelope.document_ids
        forged = make_pdf("Forged")
        other = self.env["ir.attachment"].create({"name": "x", "raw": forged})
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE ir_attachment a SET store_fname = b.store_fname, checksum = b.checksum,
                   file_size = b.file_size
                 FROM ir_attachment b WHERE a.id = %s AND b.id = %s""",
            [document.sealed_attachment_id.id, other.id],
        )
        self.env.invalidate_all()
        self.assertEqual(document.sealed_attachment_id.raw, forged)
        with self.assertRaises(UserError):
            document._read_pdf("sealed")

    def test_empty_file_of_a_crash_is_repaired(self):
        """Odoo does not write a path twice: what a crash left there would count as the content."""
        document = self.make_envelope().document_ids
        pdf = make_pdf("Written twice")
        attachments = self.env["ir.attachment"]
        name, path = attachments._get_path(pdf, hashlib.sha1(pdf).hexdigest())
        self.put(path, b"")
        self.addCleanup(lambda: os.path.exists(path) and os.unlink(path))
        digest = document._keep_frozen(pdf, "0" * 64, [])
        self.assertEqual(document.frozen_attachment_id.store_fname, name)
        self.env.invalidate_all()
        self.assertEqual(document._read_pdf("frozen"), pdf)
        self.assertEqual(digest, hashlib.sha256(pdf).hexdigest())
        with open(path, "rb") as file:
            self.assertEqual(file.read(), pdf)
        leftovers = [n for n in os.listdir(os.path.dirname(path)) if n.startswith(".esign-")]
        self.assertEqual(leftovers, [])

    def test_files_in_the_database(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        envelope = self.sign_all(self.send_new())
        self.assertEqual(envelope.state, "completed")
        attachment = envelope.document_ids.sealed_attachment_id
        self.assertFalse(attachment.store_fname)
        self.assertTrue(envelope.document_ids._read_pdf("sealed"))

    def test_big_copies_go_out_as_links(self):
        """Odoo turns attachments that are too big for a mail into links."""
        server = type(self.env["ir.mail_server"])
        envelope = self.send_new()
        self.patch(server, "_get_max_email_size", lambda _server: 0.001)
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        for email in (envelope.signer_ids.email, self.sender.email):
            mail = self.mails_to(email)[-1]
            self.assertIn("access_token=", self.body_of(mail))

    def test_earlier_revision_goes_when_a_later_contains_it(self):
        envelope = self.send_new([self.customer, {"partner_id": self.second.id, "step": 2}])
        self.sign(envelope.signer_ids[0])
        self.run_jobs()
        first = envelope.document_ids.sealed_attachment_id
        before = first.raw
        self.sign(envelope.signer_ids[1])
        self.run_jobs()
        self.assertFalse(first.exists())
        self.assertTrue(envelope.document_ids._read_pdf("sealed").startswith(before))


@tagged("post_install", "-at_install")
class TestStorageOverHttp(DiskCase, EsignHttpCase):
    def test_damaged_files_are_not_served(self):
        envelope = self.send_new()
        signer, document = envelope.signer_ids, envelope.document_ids
        page = self.page_of(self.open_link(signer))
        url = page["documents"][0]["url"]
        self.assertEqual(self.url_open(url).status_code, 200)
        good = self.damage(document.frozen_attachment_id, one_byte)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.put(self.path_of(document.frozen_attachment_id), good)
        self.assertTrue(self.post_sign(signer, page)["ok"])
        self.run_jobs()
        signed = f"{signer._page_path()}/signed/{document.id}"
        self.assertEqual(self.url_open(signed).status_code, 200)
        self.damage(document.sealed_attachment_id, one_byte)
        self.assertEqual(self.url_open(signed).status_code, 404)

"""Who sees everything still rewrites nothing: all-documents users and administrators."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .actors import ActorCase


@tagged("post_install", "-at_install")
class TestAdministrator(ActorCase):
    def set_the_scene(self):
        self.envelope = self.sign_all(self.send_new())
        self.users = (self.all_documents, self.esign_admin, self.env.ref("base.user_admin"))

    def test_sees_all(self):
        for user in self.users:
            for model, records in self.records_of(self.envelope).items():
                seen = self.rpc(user, model, "search", [["id", "in", records.ids]])
                self.assertEqual(len(seen), len(records), model)

    def test_log(self):
        before = self.snapshot(self.envelope)
        event = self.envelope.event_ids[0]
        values = {
            "envelope_id": self.envelope.id,
            "company_id": self.company.id,
            "seq": 99,
            "prev": "0",
            "ts": "2020",
            "code": "signed",
            "actor": "system",
            "data": "{}",
            "hash": "0",
        }
        for user in self.users:
            for method, *args in (
                ("unlink", event.ids),
                ("write", event.ids, {"code": "x"}),
                ("write", event.ids, {"data": "{}"}),
                ("web_save", event.ids, {"data": "{}"}, {}),
                ("create", [values]),
                ("copy", event.ids),
                ("load", ["code"], [["x"]]),
            ):
                try:
                    with self.env.cr.savepoint():
                        result = self.rpc(user, "esign.event", method, *args)
                except (UserError, ValueError):
                    continue
                self.assertEqual((method, result["ids"]), ("load", False))
        self.assertEqual(self.snapshot(self.envelope), before)

    def test_log_as_superuser(self):
        """Server actions and other modules run as superuser; the ORM refuses them too."""
        event = self.envelope.event_ids[0].sudo()
        for action in (
            event.unlink,
            lambda: event.write({"code": "x"}),
            lambda: event.copy(),
            lambda: event.create([{"code": "x"}]),
            lambda: event.with_context(esign_guard=True).unlink(),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_signatures(self):
        before = self.snapshot(self.envelope)
        signature = self.envelope.signature_ids
        for user in self.users:
            for values in (
                {"name": "Other"},
                {"date": "2020-01-01 00:00:00"},
                {"image": "Zm9yZ2Vk"},
                {"sealed": False},
                {"signer_id": signature.signer_id.id},
                {"ip_address": "203.0.113.1"},
            ):
                self.assertRefused(user, "esign.signature", "write", signature.ids, values)
            self.assertRefused(user, "esign.signature", "unlink", signature.ids)
            self.assertRefused(user, "esign.signature", "copy", signature.ids)
            self.assertRefused(
                user,
                "esign.signature",
                "create",
                [{"envelope_id": self.envelope.id, "signer_id": signature.signer_id.id}],
            )
        for action in (
            signature.sudo().unlink,
            lambda: signature.sudo().write({"name": "Other"}),
            lambda: signature.sudo().with_context(esign_guard={}).write({"name": "Other"}),
        ):
            with self.assertRaises(UserError):
                action()
        self.assertEqual(self.snapshot(self.envelope), before)

    def test_envelopes(self):
        before = self.snapshot(self.envelope)
        draft = self.make_envelope([self.second])
        for user in self.users:
            for model, records in self.records_of(self.envelope).items():
                if model != "esign.job":
                    self.assertRefused(user, model, "unlink", records.ids)
                    self.assertRefused(user, model, "write", records.ids, {"company_id": 1})
            for name, value in (
                ("state", "draft"),
                ("date_completed", "2020-01-01 00:00:00"),
                ("evidence_head", "0" * 64),
                ("evidence_count", 0),
                ("terms", ""),
                ("name", "Other"),
                ("res_id", 1),
            ):
                self.assertRefused(
                    user, "esign.envelope", "write", self.envelope.ids, {name: value}
                )
            for name, value in (
                ("frozen_attachment_id", False),
                ("sealed_attachment_id", False),
                ("sealed_sha256", "0" * 64),
                ("upload", "Zm9yZ2Vk"),
                ("envelope_id", draft.id),
            ):
                self.assertRefused(
                    user, "esign.document", "write", self.envelope.document_ids.ids, {name: value}
                )
            for name, value in (
                ("email", "thief@example.net"),
                ("date_signed", False),
                ("envelope_id", draft.id),
                ("partner_id", self.second.id),
                ("identification", "login"),
            ):
                self.assertRefused(
                    user, "esign.signer", "write", self.envelope.signer_ids.ids, {name: value}
                )
            self.assertRefused(user, "esign.envelope", "action_cancel", self.envelope.ids)
        for action in (
            self.envelope.sudo().unlink,
            self.envelope.signer_ids.sudo().unlink,
            self.envelope.document_ids.sudo().unlink,
            lambda: self.envelope.sudo().write({"state": "draft"}),
        ):
            with self.assertRaises(UserError):
                action()
        self.assertEqual(self.snapshot(self.envelope), before)

    def test_jobs(self):
        """Jobs are the machinery's; nobody makes, changes or deletes them by hand."""
        job = self.envelope.job_ids[0]
        for user in self.users:
            for method, *args in (
                ("write", job.ids, {"state": "pending"}),
                ("unlink", job.ids),
                ("copy", job.ids),
                ("create", [{"envelope_id": self.envelope.id, "kind": "complete", "key": "x"}]),
            ):
                self.assertRefused(user, "esign.job", method, *args)

    def test_kept_files(self):
        document = self.envelope.document_ids
        frozen, sealed = document.frozen_attachment_id, document.sealed_attachment_id
        before = frozen.raw, sealed.raw
        partner = self.customer
        for user in self.users:
            for attachment in (frozen, sealed):
                for values in (
                    {"datas": "Zm9yZ2Vk"},
                    {"raw": "forged"},
                    {"db_datas": "Zm9yZ2Vk"},
                    {"res_model": "res.partner", "res_id": partner.id},
                    {"res_id": 0},
                    {"name": "other.pdf"},
                    {"mimetype": "text/html"},
                    {"type": "url", "url": "https://example.net"},
                    {"company_id": self.other_company.id},
                    {"res_field": "upload"},
                ):
                    self.assertRefused(user, "ir.attachment", "write", attachment.ids, values)
                self.assertRefused(user, "ir.attachment", "unlink", attachment.ids)
        for action in (
            sealed.sudo().unlink,
            lambda: sealed.sudo().write({"raw": b"forged"}),
            lambda: sealed.sudo().with_context(esign_guard=True).write({"raw": b"forged"}),
            lambda: (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {"name": "x", "raw": b"x", "res_model": "esign.document", "res_id": document.id}
                )
            ),
        ):
            with self.assertRaises(UserError):
                action()
        self.env.invalidate_all()
        self.assertEqual((frozen.raw, sealed.raw), before)

    def test_record_and_contact_go_away(self):
        """Deleting what an envelope is about leaves the evidence alone."""
        for record in (self.customer, self.sender.partner_id):
            with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
                record.sudo().unlink()
        self.assertFalse(self.envelope._verify_log())
        self.assertEqual(self.envelope.signer_ids.email, "clara@example.org")

    def test_contact_is_renamed(self):
        self.customer.write({"name": "Renamed", "email": "other@example.net"})
        self.env.invalidate_all()
        self.assertEqual(self.envelope.signer_ids.email, "clara@example.org")
        self.assertEqual(self.envelope.signature_ids.name, "Clara Customer")

    def test_storage_can_be_moved(self):
        """An administrator may still move files between filestore and database."""
        document = self.envelope.document_ids
        before = document._read_pdf("sealed")
        document.sealed_attachment_id.sudo()._migrate()
        self.env.invalidate_all()
        self.assertEqual(document._read_pdf("sealed"), before)

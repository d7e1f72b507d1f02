"""Users who take part in somebody else's envelope: through the back end, they see no more of it
than its page shows them."""

import hashlib

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .actors import ActorCase


@tagged("post_install", "-at_install")
class TestUsersWhoTakePart(ActorCase):
    def files_read(self, user, envelope):
        """Return the hash of every file about the envelope that ``user`` gets at."""
        keepers = {
            "esign.document": envelope.document_ids,
            "esign.package": envelope.sudo().package_ids,
            "esign.certificate": envelope.sudo().certificate_ids,
        }
        found = []
        for model, records in keepers.items():
            files = self.env["ir.attachment"].sudo().search(
                [("res_model", "=", model), ("res_id", "in", records.ids)]
            )  # fmt: skip
            for attachment in files | records.mapped(
                "attachment_id" if model != "esign.document" else "sealed_attachment_id"
            ):
                try:
                    with self.env.cr.savepoint():
                        values = self.rpc(user, "ir.attachment", "read", attachment.ids, ["raw"])
                except UserError:
                    self.env.invalidate_all()
                    continue
                if values and values[0]["raw"]:
                    digest = hashlib.sha256(attachment.sudo().raw).hexdigest()
                    found.append((model, attachment.res_id, digest))
        return found

    def assertNotRead(self, user, model, records, names):
        for name in names:
            self.assertRefused(user, model, "read", records.ids, [name])

    def test_marks_that_are_not_shown(self):
        """Where the earlier ones' marks are kept back, no other door gives them out."""
        for user in (self.colleague, self.portal):
            envelope = self.send_new(
                [self.customer, {"partner_id": user.partner_id.id, "step": 2}],
                show_marks=False,
                fields=[{"kind": "text"}],
            )
            self.sign(envelope.signer_ids[0])
            self.run_jobs()
            self.assertEqual(envelope.signer_ids[1].state, "invited")
            document = envelope.document_ids
            interim = document.sealed_sha256
            self.assertTrue(interim)
            read = [digest for _model, _id, digest in self.files_read(user, envelope)]
            self.assertNotIn(interim, read, user.login)
            if user == self.colleague:  # files come to portal users by the page alone
                self.assertIn(document.frozen_sha256, read)
            self.assertNotRead(
                user, "esign.signature", envelope.signature_ids, ("image", "values", "facts")
            )
            self.assertFindsNothing(user, "esign.event", envelope.event_ids.ids)
            if user == self.colleague:
                self.rpc(user, "esign.envelope", "action_open_documents", envelope.ids)
                timeline = self.rpc(user, "esign.envelope", "get_timeline", envelope.ids)
                self.assertFalse(timeline["lines"])
            self.sign(envelope.signer_ids[1])
            self.run_jobs()
            self.assertEqual(envelope.state, "completed")
            read = [digest for _model, _id, digest in self.files_read(user, envelope)]
            self.assertEqual(document.sealed_sha256 in read, user == self.colleague)

    def test_documents_that_are_for_others(self):
        """Certificate, package and log tell of all documents; who gets some, gets none of these."""
        for user in (self.colleague, self.portal):
            envelope = self.make_envelope(
                [self.customer, user.partner_id], documents=2,
                fields=[{"kind": "text", "document": 1}],
            )  # fmt: skip
            mine, other = envelope.document_ids
            envelope.signer_ids[1].document_ids = [Command.set(mine.ids)]
            self.send(envelope)
            self.sign_all(envelope)
            self.assertEqual(envelope.state, "completed")
            self.assertTrue(envelope.sudo().package_ids and envelope.sudo().certificate_ids)
            read = self.files_read(user, envelope)
            expected = {("esign.document", mine.id)} if user == self.colleague else set()
            found = {(model, number) for model, number, _digest in read}
            self.assertEqual(found, expected, user.login)
            self.assertFindsNothing(user, "esign.event", envelope.event_ids.ids)
            others = envelope.signer_ids[0].signature_ids
            self.assertFindsNothing(user, "esign.signature", others.ids)
            self.assertFindsNothing(user, "esign.field", other.field_ids.ids)
            for button in ("action_open_package", "action_open_certificate"):
                self.assertRefused(user, "esign.envelope", button, envelope.ids)

    def test_who_gets_everything(self):
        """The same doors are open to a user who takes part in the whole."""
        envelope = self.sign_all(self.send_new([self.customer, self.colleague.partner_id]))
        models = {model for model, _id, _digest in self.files_read(self.colleague, envelope)}
        self.assertEqual(models, {"esign.document", "esign.package", "esign.certificate"})
        for model in ("esign.event", "esign.signature"):
            records = self.records_of(envelope)[model]
            seen = self.rpc(self.colleague, model, "search", [["id", "in", records.ids]])
            self.assertEqual(len(seen), len(records))
        self.assertTrue(self.rpc(self.colleague, "esign.envelope", "get_timeline", envelope.ids))

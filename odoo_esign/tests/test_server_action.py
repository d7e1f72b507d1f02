"""The server action «File signed documents on the record», on any model."""

from odoo.exceptions import AccessError

from .common import EsignCase


class TestFileAction(EsignCase):
    def setUp(self):
        super().setUp()
        self.record = self.env["res.partner"].create({"name": "A record"})
        self.action = self.env["ir.actions.server"].create(
            {
                "name": "File",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "esign_file",
            }
        )

    def run_action(self, user=None):
        action = self.action.with_user(user) if user else self.action
        action.with_context(
            active_model="res.partner", active_id=self.record.id, active_ids=self.record.ids
        ).run()

    def files(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.record.id)]
        )

    def complete(self):
        self.record.write({})
        envelope = self.make_envelope(
            user=self.esign_admin, res_model="res.partner", res_id=self.record.id
        )
        return self.sign_all(self.send(envelope))

    def test_files_each_document_once(self):
        envelope = self.complete()
        self.assertEqual(len(self.files()), 2, "filed when it was completed")
        self.files().unlink()
        self.run_action()
        self.run_action()
        kept = envelope.document_ids.sealed_attachment_id + envelope.certificate_ids.attachment_id
        self.assertEqual(sorted(self.files().mapped("raw")), sorted(kept.mapped("raw")))
        self.assertEqual(self.codes(envelope).count("filed"), 2)

    def test_nothing_before_completion(self):
        envelope = self.make_envelope(
            user=self.esign_admin, res_model="res.partner", res_id=self.record.id
        )
        self.send(envelope)
        self.run_action()
        self.assertFalse(self.files())

    def test_needs_the_right_to_write(self):
        self.complete()
        with self.assertRaises(AccessError):
            self.run_action(self.other_portal)

    def test_in_an_automation_rule(self):
        self.complete()
        self.files().unlink()
        rule = self.env["base.automation"].create(
            {
                "name": "File on change",
                "model_id": self.env.ref("base.model_res_partner").id,
                "trigger": "on_write",
                "filter_domain": f"[('id', '=', {self.record.id})]",
            }
        )
        self.action.write({"base_automation_id": rule.id, "usage": "base_automation"})
        self.record.name = "Changed"
        self.assertEqual(len(self.files()), 2)

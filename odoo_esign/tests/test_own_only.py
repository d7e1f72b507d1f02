"""A user who sends envelopes, and sees those alone that are the user's own."""


from odoo.tests import tagged

from .actors import ActorCase


@tagged("post_install", "-at_install")
class TestOwnOnly(ActorCase):
    def test_envelopes_of_others(self):
        envelope = self.sign_all(self.send_new())
        self.assertEqual(envelope.state, "completed")
        self.assertSeesNothing(self.colleague, envelope)

    def test_draft_of_others(self):
        envelope = self.make_envelope()
        for model, records in self.records_of(envelope).items():
            if records:
                self.assertFindsNothing(self.colleague, model, records.ids)
                self.assertRefused(self.colleague, model, "unlink", records.ids)

    def test_own_envelope_is_seen(self):
        envelope = self.sign_all(self.send_new())
        for model, records in self.records_of(envelope).items():
            seen = self.rpc(self.sender, model, "search", [["id", "in", records.ids]])
            self.assertEqual(len(seen), len(records), model)
        for attachment in self.attachments_of(envelope):
            self.assertTrue(self.rpc(self.sender, "ir.attachment", "read", attachment.ids, ["raw"]))

    def test_takes_part_after_the_invitation(self):
        """Who takes part sees the envelope when invited, not while it is written."""
        people = [
            {"partner_id": self.customer.id},
            {"partner_id": self.colleague.partner_id.id, "step": 2},
        ]
        envelope = self.make_envelope(people)
        self.assertFindsNothing(self.colleague, "esign.envelope", envelope.ids)
        self.send(envelope)
        self.assertSeesNothing(self.colleague, envelope)
        self.sign(envelope.signer_ids[0])
        self.run_jobs()
        self.assertTrue(self.rpc(self.colleague, "esign.envelope", "read", envelope.ids, ["name"]))
        self.assertTrue(
            self.rpc(self.colleague, "esign.document", "read", envelope.document_ids.ids, ["name"])
        )
        # but writes nothing
        for model, records in self.records_of(envelope).items():
            self.assertRefused(self.colleague, model, "write", records.ids, {"name": "X"})
            self.assertRefused(self.colleague, model, "unlink", records.ids)
        self.assertRefused(self.colleague, "esign.envelope", "action_cancel", envelope.ids)
        self.assertRefused(self.colleague, "esign.signer", "action_resend", envelope.signer_ids.ids)

    def test_envelope_in_the_name_of_others(self):
        self.assertRefused(
            self.colleague, "esign.envelope", "create", [{"name": "X", "user_id": self.sender.id}]
        )

    def test_file_on_records_of_others(self):
        """An envelope can't be hung on a record that its maker may not write to."""
        partner = self.env.ref("base.main_partner")
        values = {"name": "X", "res_model": "res.partner", "res_id": partner.id}
        self.assertRefused(self.sender, "esign.envelope", "create", [values])
        envelope = self.make_envelope()
        del values["name"]
        self.assertRefused(self.sender, "esign.envelope", "write", envelope.ids, values)

    def test_report_of_another_model(self):
        """The report that is printed belongs to the record, not to one of the same number."""
        partner = self.env["res.partner"].create({"name": "Mine"})
        self.sender.group_ids += self.env.ref("base.group_partner_manager")
        envelope = self.make_envelope(res_model="res.partner", res_id=partner.id)
        report = self.env.ref("sale.action_report_saleorder")
        self.rpc(
            self.sender,
            "esign.document",
            "write",
            envelope.document_ids.ids,
            {"source": "report", "report_id": report.id},
        )
        self.assertRefused(self.sender, "esign.envelope", "action_send", envelope.ids)


@tagged("post_install", "-at_install")
class TestSecrets(ActorCase):
    def test_token_is_nowhere(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        everybody = (
            self.sender,
            self.all_documents,
            self.esign_admin,
            self.env.ref("base.user_admin"),
        )
        for user in everybody:
            for name in ("token_sha256", "token_expiry"):
                self.assertNeverShown(
                    user,
                    "esign.signer",
                    name,
                    signer.ids,
                    relations=[
                        ("esign.envelope", "signer_ids"),
                        ("esign.job", "signer_id"),
                        ("esign.field", "signer_id"),
                    ],
                )

    def test_client_key(self):
        envelope = self.sign_all(self.send_new())
        self.assertNeverShown(
            self.esign_admin,
            "esign.signature",
            "client_key",
            envelope.signature_ids.ids,
            relations=[("esign.envelope", "signature_ids"), ("esign.signer", "signature_ids")],
        )

    def test_keys_of_the_authority(self):
        """The private keys lie in a table that the ORM does not know."""
        authority = self.env["esign.authority"]._get_for(self.company)
        for user in (self.sender, self.all_documents, self.no_groups):
            self.assertAccessError(user, "esign.authority", "read", authority.ids)
        for values in ({"root_cert": "eA=="}, {"organisation": "X"}):
            self.assertRefused(self.esign_admin, "esign.authority", "write", authority.ids, values)
        self.assertRefused(self.esign_admin, "esign.authority", "unlink", authority.ids)
        self.env.cr.execute("SELECT wrapped FROM esign_authority_key")
        for (wrapped,) in self.env.cr.fetchall():
            self.assertNotIn(b"PRIVATE KEY", bytes(wrapped))

    def test_private_methods(self):
        """What has an underscore can't be called from outside."""
        signer = self.send_new().signer_ids
        for method, args in (
            ("_new_token", []),
            ("_session_cookie", []),
            ("_consent", [{}, {}]),
            ("_decline", ["x", {}]),
            ("_find_by_token", ["x"]),
            ("_resend", []),
        ):
            self.assertAccessError(self.esign_admin, "esign.signer", method, signer.ids, *args)
        for model, method in (
            ("esign.envelope", "_log"),
            ("esign.envelope", "_update_state"),
            ("esign.job", "_run"),
            ("esign.job", "_cron_run"),
            ("esign.document", "_keep_sealed"),
            ("esign.authority", "_private_key"),
        ):
            self.assertAccessError(self.esign_admin, model, method, [1], "x")

    def test_invitation_template(self):
        """Who writes the invitation could have the link sent anywhere."""
        template = self.env.ref("odoo_esign.mail_template_invite")
        for user in (self.sender, self.all_documents):
            for values in ({"body_html": "<p t-out='ctx'/>"}, {"subject": "{{ ctx }}"}):
                self.assertRefused(user, "mail.template", "write", template.ids, values)
            self.assertRefused(user, "mail.template", "unlink", template.ids)

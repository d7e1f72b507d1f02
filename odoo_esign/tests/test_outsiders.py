"""Users for whom an envelope is none of their business: portal, no groups, other company."""

from odoo.fields import Command
from odoo.tests import tagged

from .actors import ActorCase
from .common import EsignHttpCase


@tagged("post_install", "-at_install")
class TestOutsiders(ActorCase):
    def set_the_scene(self):
        self.envelope = self.sign_all(
            self.send_new([self.customer, {"partner_id": self.second.id, "step": 2}])
        )
        self.assertEqual(self.envelope.state, "completed")

    def test_internal_user_without_groups(self):
        self.assertSeesNothing(self.no_groups, self.envelope)
        for model in self.records_of(self.envelope):
            self.assertAccessError(self.no_groups, model, "search_read", [])
            self.assertRefused(self.no_groups, model, "create", [{"name": "X"}])

    def test_administrator_of_another_company(self):
        self.assertSeesNothing(self.foreigner, self.envelope)
        # nor by asking for the other company
        with self.assertRaises(Exception):  # noqa: B017 - Odoo refuses in several ways
            self.rpc(
                self.foreigner,
                "esign.envelope",
                "read",
                self.envelope.ids,
                ["name"],
                context={"allowed_company_ids": [self.company.id, self.other_company.id]},
            )

    def test_other_company_is_not_chosen(self):
        """Whoever works for two companies sees those that are switched on."""
        both = self._make_user("both", "Bo Both", "odoo_esign.group_esign_all")
        both.company_ids = [Command.set((self.company | self.other_company).ids)]
        for companies, count in ((self.company, 1), (self.other_company, 0)):
            context = {"allowed_company_ids": companies.ids}
            for model in ("esign.envelope", "esign.document", "esign.signer", "esign.event"):
                name = "id" if model == "esign.envelope" else "envelope_id"
                domain = [[name, "=", self.envelope.id]]
                found = self.rpc(both, model, "search_count", domain, context=context)
                self.assertEqual(bool(found), bool(count), (model, companies.name))

    def test_envelope_for_another_company(self):
        self.assertRefused(
            self.foreigner,
            "esign.envelope",
            "create",
            [{"name": "X", "company_id": self.company.id}],
        )
        self.assertRefused(
            self.sender,
            "esign.envelope",
            "create",
            [{"name": "X", "company_id": self.other_company.id}],
        )

    def test_portal_user_who_is_no_participant(self):
        self.assertSeesNothing(self.other_portal, self.envelope)

    def test_public_user(self):
        self.assertSeesNothing(self.env.ref("base.public_user"), self.envelope)


@tagged("post_install", "-at_install")
class TestPortalParticipant(ActorCase):
    def set_the_scene(self):
        self.envelope = self.make_envelope(
            [self.customer, {"partner_id": self.portal.partner_id.id, "step": 2}]
        )
        self.mine = self.envelope.signer_ids[1]

    def portal_reads(self, model, records, name):
        return self.rpc(self.portal, model, "read", records.ids, [name])

    def test_before_the_invitation(self):
        self.assertFindsNothing(self.portal, "esign.envelope", self.envelope.ids)
        self.send(self.envelope)
        self.assertSeesNothing(self.portal, self.envelope)

    def test_after_the_invitation(self):
        self.send(self.envelope)
        self.sign(self.envelope.signer_ids[0])
        self.run_jobs()
        self.assertEqual(self.mine.state, "invited")
        document = self.envelope.document_ids
        (seen,) = self.portal_reads("esign.envelope", self.envelope, "name")
        self.assertEqual(seen["name"], "Agreement")
        self.assertTrue(self.portal_reads("esign.document", document, "name"))
        # nothing of the others, of the log, of the machinery
        for model, records in self.records_of(self.envelope).items():
            if model in ("esign.envelope", "esign.document"):
                continue
            self.assertFindsNothing(self.portal, model, records.ids)
            self.assertRefused(self.portal, model, "read", records.ids)
        # and nothing is written
        for model, records in self.records_of(self.envelope).items():
            self.assertRefused(self.portal, model, "write", records.ids, {"name": "X"})
            self.assertRefused(self.portal, model, "unlink", records.ids)
            self.assertRefused(self.portal, model, "create", [{"name": "X"}])
        for method in ("action_send", "action_cancel", "action_retry", "action_send_again", "copy"):
            self.assertRefused(self.portal, "esign.envelope", method, self.envelope.ids)
        self.assertRefused(self.portal, "esign.signer", "action_resend", self.mine.ids)
        for attachment in self.attachments_of(self.envelope):
            for method, *args in (("write", {"name": "X"}), ("unlink",), ("copy",)):
                self.assertRefused(self.portal, "ir.attachment", method, attachment.ids, *args)
        self.assertFindsNothing(self.other_portal, "esign.envelope", self.envelope.ids)

    def test_what_is_read_says_nothing_about_others(self):
        """Addresses of others, internal reasons and the machinery's failures are not shown."""
        self.send(self.envelope)
        self.sign(self.envelope.signer_ids[0])
        with self.mails_fail():
            self.run_jobs(allow_failures=True)
        self.run_jobs(allow_failures=True)
        job = self.envelope.job_ids.filtered("error")[:1]
        self.assertTrue(job)
        job.write({"state": "attention"})
        self.env.flush_all()
        for field in ("attention_reason", "terms", "evidence_head", "job_ids", "event_ids"):
            self.assertRefused(self.portal, "esign.envelope", "read", self.envelope.ids, [field])

    def test_after_closing(self):
        self.send(self.envelope)
        self.sign(self.envelope.signer_ids[0])
        self.run_jobs()
        self.assertTrue(self.portal_reads("esign.envelope", self.envelope, "name"))
        self.envelope.with_user(self.sender).action_cancel()
        self.assertSeesNothing(self.portal, self.envelope)


@tagged("post_install", "-at_install")
class TestFilesOverHttp(EsignHttpCase):
    """Changing a number in an address gives nobody another's file."""

    def set_the_scene(self):
        self.envelope = self.sign_all(self.send_new([self.portal.partner_id, self.customer]))
        self.assertEqual(self.envelope.state, "completed")

    def urls(self):
        document = self.envelope.document_ids
        signature = self.envelope.signature_ids[0]
        frozen, sealed = document.frozen_attachment_id, document.sealed_attachment_id
        upload = self.env["ir.attachment"].search(
            [("res_model", "=", "esign.document"), ("res_field", "=", "upload")], limit=1
        )
        for attachment in (frozen, sealed, upload):
            yield f"/web/content/{attachment.id}"
            yield f"/web/content/{attachment.id}?download=true&access_token=x"
            yield f"/web/image/{attachment.id}"
            yield f"/web/content?model=ir.attachment&id={attachment.id}&field=raw"
        yield f"/web/content/esign.document/{document.id}/upload"
        yield f"/web/content?model=esign.document&id={document.id}&field=upload"
        yield f"/web/image/esign.signature/{signature.id}/image"
        yield f"/web/content?model=esign.signature&id={signature.id}&field=image"
        yield f"/web/content?model=esign.signature&id={signature.id}&field=consent_text"
        yield f"/web/content?model=esign.signer&id={signature.signer_id.id}&field=token_sha256"

    def test_files(self):
        urls = list(self.urls())
        for user in (None, self.other_portal, self.no_groups, self.colleague, self.foreigner):
            self.be(user)
            for url in urls:
                response = self.url_open(url)
                who = user.login if user else "nobody"
                self.assertNotIn(b"%PDF", response.content, (who, url))
                self.assertNotIn(b"sign electronically", response.content, (who, url))
                if not url.startswith("/web/image"):
                    self.assertIn(response.status_code, (403, 404), (who, url))

    def test_files_for_the_right_people(self):
        """The same addresses, so that the refusals above mean something."""
        document = self.envelope.document_ids
        for user in (self.sender, self.all_documents):
            self.be(user)
            for attachment in (document.frozen_attachment_id, document.sealed_attachment_id):
                response = self.url_open(f"/web/content/{attachment.id}")
                self.assertEqual(response.status_code, 200, user.login)
                self.assertIn(b"%PDF", response.content)

    def test_participant_who_is_logged_in(self):
        """The portal user needs no link: the login is the invited contact's own."""
        signer = self.envelope.signer_ids[0]
        document = self.envelope.document_ids
        self.be(self.portal)
        for kind in ("document", "signed"):
            response = self.url_open(f"{signer._page_path()}/{kind}/{document.id}")
            self.assertIn(b"%PDF", response.content)

    def test_report_of_participants(self):
        """The page of participants is printed for an envelope, not for whoever asks."""
        document = self.envelope.document_ids
        name = self.customer.email
        for user in (None, self.other_portal, self.no_groups, self.colleague, self.foreigner):
            self.be(user)
            response = self.url_open(f"/report/html/odoo_esign.report_participants/{document.id}")
            self.assertNotIn(name, response.text)
            self.assertNotIn(self.envelope.reference, response.text)

    def test_numbers_in_the_signing_address(self):
        other = self.send_new([self.second])
        self.page_of(self.open_link(self.envelope.signer_ids[0]))
        path = self.envelope.signer_ids[0]._page_path()
        for kind in ("document", "signed"):
            for number in (other.document_ids.id, 0, -1, 10**12, 10**30, "1.0"):
                response = self.url_open(f"{path}/{kind}/{number}")
                self.assertEqual(response.status_code, 404, number)
        mine = self.envelope.document_ids.id
        self.assertEqual(self.url_open(f"{path}/document/{mine}").status_code, 200)
        self.assertEqual(self.url_open(f"{path}/signed/{mine}").status_code, 200)

    def test_messages_over_http(self):
        """Neither the chatter nor its files are had through mail's own routes."""
        for user in (None, self.other_portal, self.no_groups, self.colleague):
            self.be(user)
            for url, params in (
                (
                    "/mail/thread/messages",
                    {"thread_model": "esign.envelope", "thread_id": self.envelope.id},
                ),
                (
                    "/mail/data",
                    {
                        "fetch_params": [
                            [
                                "mail.thread",
                                {
                                    "thread_model": "esign.envelope",
                                    "thread_id": self.envelope.id,
                                    "request_list": ["attachments", "followers", "activities"],
                                },
                            ]
                        ]
                    },
                ),
            ):
                answer = self.url_open(
                    url,
                    json={"jsonrpc": "2.0", "params": params},
                    headers={"Content-Type": "application/json"},
                )
                self.assertNotIn("An invitation", answer.text)
                self.assertNotIn('"hasReadAccess": true', answer.text)
                self.assertNotIn("Agreement", answer.text)

"""Who gets which documents, and what else tells of them."""

import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import NETWORK, EsignCase, EsignHttpCase


@tagged("post_install", "-at_install")
class TestChosenDocuments(EsignHttpCase):
    def make(self, **values):
        """Three documents: all for the first, the second alone for the second, 1 and 3 for a
        viewer."""
        envelope = self.make_envelope(
            [
                self.customer,
                {"partner_id": self.second.id},
                {"partner_id": self.third.id, "action": "view"},
            ],
            documents=3,
            **values,
        )
        first, second, third = envelope.document_ids
        _customer, other, viewer = envelope.signer_ids
        other.document_ids = second
        viewer.document_ids = first | third
        return envelope

    def test_all_the_way(self):
        envelope = self.send(self.make())
        customer, other, viewer = envelope.signer_ids
        first, second, third = envelope.document_ids
        pages = {}
        for signer, documents in (
            (customer, first | second | third), (other, second), (viewer, first | third),
        ):
            pages[signer] = page = self.page_of(self.open_link(signer))
            self.assertEqual([d["id"] for d in page["documents"]], documents.ids)
            self.assertLessEqual({f["document_id"] for f in page["fields"]}, set(documents.ids))
            for document in envelope.document_ids:
                path = f"{signer._page_path()}/document/{document.id}"
                expected = 200 if document in documents else 404
                self.assertEqual(self.url_open(path).status_code, expected)
        self.open_link(other)
        answer = self.post_sign(other, self.page_of(self.url_open(other._page_path())))
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(list(other.signature_ids.documents), [str(second.id)])
        self.run_jobs()
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertFalse(envelope._verify_evidence())
        self.assertEqual(list(other.signature_ids.seals), [str(second.id)])
        for signer, names in (
            (customer, ["Agreement 1", "Agreement 2", "Agreement 3", "Certificate"]),
            (other, ["Agreement 2"]),
            (viewer, ["Agreement 1", "Agreement 3"]),
        ):
            mail = self.mails_to(signer.email)[-1]
            files = [part.get_filename() for part in mail.iter_attachments()]
            self.assertEqual(len(files), len(names), files)
            for name, file in zip(names, files, strict=True):
                self.assertTrue(file.startswith(name), file)
        self.open_link(other)
        for document in envelope.document_ids:
            path = f"{other._page_path()}/signed/{document.id}"
            expected = 200 if document == second else 404
            self.assertEqual(self.url_open(path).status_code, expected)
        for name in ("certificate", "evidence"):
            # these tell of all documents
            self.assertEqual(self.url_open(f"{other._page_path()}/{name}").status_code, 404)
        done = self.page_of(self.url_open(other._page_path()))["done"]
        self.assertEqual([d["name"] for d in done["documents"]], ["Agreement 2"])
        self.assertFalse(done["files"])
        self.assertFalse(done["more"])

    def test_a_refusal_closes_the_own_fields_alone(self):
        envelope = self.make(decline_policy="participant")
        self.send(envelope)
        customer, other, _viewer = envelope.signer_ids
        other._decline("No", NETWORK)
        self.sign(customer)
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        closed = envelope.event_ids.filtered(lambda e: e.code == "closed")
        self.assertEqual(
            [line._facts()["document"] for line in closed], [envelope.document_ids[1].id]
        )
        self.assertFalse(envelope._verify_evidence())

    def test_our_users_read_no_other_document(self):
        envelope = self.make_envelope([self.customer, self.colleague.partner_id], documents=2)
        first, second = envelope.document_ids
        envelope.signer_ids[1].document_ids = second
        self.send(envelope)
        self.assertEqual(
            self.rpc(
                self.colleague, "esign.document", "search", [["id", "in", [first.id, second.id]]]
            ),
            second.ids,
        )
        attachments = (first | second).sudo().frozen_attachment_id
        found = self.rpc(
            self.colleague, "ir.attachment", "search", [["id", "in", attachments.ids]]
        )
        self.assertEqual(found, second.sudo().frozen_attachment_id.ids)

    def test_what_tells_of_all_documents_is_not_for_them_either(self):
        """Log, certificate and package tell of every document; so do the others' signatures."""
        envelope = self.make_envelope(
            [self.customer, self.colleague.partner_id, self.manager.partner_id],
            documents=2,
            fields=[{"signer": 0, "document": 0}, {"signer": 0, "document": 1}],
        )
        customer, chosen, _everything = envelope.signer_ids
        chosen.document_ids = envelope.document_ids[1]
        self.send(envelope)
        values = {str(field.id): "Secret" for field in customer.field_ids}
        self.sign(customer, values=values)
        self.sign(chosen)
        self.sign(envelope.signer_ids[2])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        for user, seen in (
            (self.colleague, {"esign.field": envelope.document_ids[1].field_ids,
                              "esign.signature": chosen.signature_ids}),
            (self.manager, {"esign.field": envelope.document_ids.field_ids,
                            "esign.signature": envelope.signature_ids,
                            "esign.event": envelope.event_ids,
                            "esign.certificate": envelope.certificate_ids,
                            "esign.package": envelope.package_ids}),
        ):  # fmt: skip
            for model in (
                "esign.field", "esign.signature", "esign.event", "esign.certificate",
                "esign.package",
            ):  # fmt: skip
                domain = [["envelope_id", "=", envelope.id]]
                found = self.rpc(user, model, "search", domain)
                self.assertEqual(set(found), set(seen.get(model, self.env[model]).ids), model)
        for method in ("action_open_certificate", "action_open_package"):
            with self.assertRaises(AccessError):
                self.rpc(self.colleague, "esign.envelope", method, envelope.ids)
            self.assertTrue(self.rpc(self.manager, "esign.envelope", method, envelope.ids))

    def test_who_reads_along_gets_no_package(self):
        """It holds everybody's network address."""
        envelope = self.send_new(
            [self.customer, {"partner_id": self.colleague.partner_id.id, "action": "view"}]
        )
        self.sign_all(envelope)
        self.assertTrue(
            self.rpc(self.colleague, "esign.envelope", "action_open_certificate", envelope.ids)
        )
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, "esign.envelope", "action_open_package", envelope.ids)

    def test_all_pages_are_those_of_the_own_documents(self):
        """Nobody can have on the screen what is not for them."""
        envelope = self.send(self.make(pages=2, require_reading=True))
        other = envelope.signer_ids[1]
        first, second, _third = envelope.document_ids
        pages = {str(d.id): list(range(len(d.page_geometry))) for d in first | second}
        self.assertEqual(
            self.sign(other, reading={"pages": {str(second.id): [0]}})["code"], "invalid"
        )
        other._read_pages({"pages": pages, "seconds": 3}, "session")
        line = envelope.event_ids.filtered(lambda e: e.code == "read")
        self.assertEqual(list(line._facts()["pages"]), [str(second.id)])
        del pages[str(first.id)]
        self.assertTrue(self.sign(other, reading={"pages": pages, "seconds": 3})["ok"])

    def test_taking_along_what_is_not_theirs_is_not_logged(self):
        envelope = self.sign_all(self.send(self.make()))
        other = envelope.signer_ids[1]
        for document in envelope.document_ids:
            other._downloaded(document.id, NETWORK)
        lines = envelope.event_ids.filtered(lambda e: e.code == "downloaded")
        self.assertEqual(
            [line._facts()["document"] for line in lines], envelope.document_ids[1].ids
        )

    def test_portal_users_neither(self):
        envelope = self.make_envelope([self.customer, self.portal.partner_id], documents=2)
        first, second = envelope.document_ids
        envelope.signer_ids[1].document_ids = first
        self.send(envelope)
        found = self.rpc(
            self.portal, "esign.document", "search", [["id", "in", [first.id, second.id]]]
        )
        self.assertEqual(found, first.ids)

    def test_what_does_not_fit_is_refused(self):
        envelope, other = self.make(), self.make_envelope()
        signer = envelope.signer_ids[1]
        with self.assertRaises(ValidationError):
            signer.document_ids = other.document_ids
        self.env.invalidate_all()
        place = {"page": 0, "left": 10, "bottom": 10, "right": 90, "top": 30}
        field = {"signer_id": signer.id, "document_id": envelope.document_ids[0].id, **place}
        with self.assertRaises(ValidationError):
            self.env["esign.field"].with_user(self.sender).create(field)
        self.env.invalidate_all()
        self.env["esign.field"].with_user(self.sender).create(
            {**field, "document_id": envelope.document_ids[1].id}
        )
        signer.document_ids = envelope.document_ids[0]
        with self.assertRaisesRegex(UserError, "not among the documents"):
            envelope.with_user(self.sender).action_send()

    def test_not_after_sending(self):
        envelope = self.send(self.make())
        for commands in ([Command.clear()], [Command.set(envelope.document_ids.ids)]):
            with self.assertRaises(UserError):
                self.rpc(
                    self.sender, "esign.signer", "write", envelope.signer_ids[1].ids,
                    {"document_ids": commands},
                )


@tagged("post_install", "-at_install")
class TestChosenDocumentsInReports(EsignCase):
    def test_blocks_of_others_are_not_printed(self):
        envelope = self.make_envelope([self.customer, self.second], documents=2)
        envelope.document_ids[0].upload = base64.b64encode(b"x")
        envelope.signer_ids[1].document_ids = envelope.document_ids[1]
        record = self.customer
        envelope.write({"res_model": "res.partner", "res_id": record.id})
        signers = self.env["esign.signer"].with_context(esign_envelope_id=envelope.id)
        for document, expected in zip(
            envelope.document_ids, (envelope.signer_ids[0], envelope.signer_ids), strict=True
        ):
            found = signers.with_context(esign_document_id=document.id)._to_print(record)
            self.assertEqual(found, expected)

"""What the module itself writes, and what was sent: nobody rewrites it, by whatever way."""

from datetime import timedelta

from odoo import fields
from odoo.orm.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .actors import ActorCase

DATE = "2020-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestProtectedFields(ActorCase):
    """What the signing process alone writes, tried by the sender on the own envelope."""

    def forged(self, record, name):
        """Return another value for a field than it has, as JSON."""
        field = record._fields[name]
        if field.type == "selection":
            values = [v for v in field.get_values(self.env) if v != record[name]]
            return values[-1]
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().search([], limit=1).id
        return {
            "datetime": DATE,
            "date": DATE[:10],
            "integer": 77,
            "float": 77.5,
            "boolean": not record[name],
            "json": {"forged": 1},
            "binary": "Zm9yZ2Vk",
            "one2many": [[5]],
            "many2many": [[5]],
        }.get(field.type, "esign.document" if name == "res_model" else "forged")

    def own_fields(self, model):
        return sorted(self.env[model]._esign_own_fields)

    def test_own_fields_in_every_state(self):
        draft = self.make_envelope(fields=[{"kind": "text"}])
        sent = self.send_new([self.second])
        completed = self.sign_all(self.send_new([self.third]))
        for envelope in (draft, sent, completed):
            before = self.snapshot(envelope)
            for model in ("esign.envelope", "esign.document", "esign.signer", "esign.field"):
                record = self.records_of(envelope)[model][0]
                for name in self.own_fields(model):
                    values = {name: self.forged(record, name)}
                    self.assertRefused(self.sender, model, "write", record.ids, values)
                    self.assertRefused(self.sender, model, "web_save", record.ids, values, {})
                    self.assertRefused(
                        self.sender,
                        model,
                        "write",
                        record.ids,
                        values,
                        context={"esign_guard": True},
                    )
            self.assertEqual(self.snapshot(envelope), before)

    def test_everything_after_sending(self):
        """After sending, only the responsible user may change."""
        envelope = self.send_new()
        before = self.snapshot(envelope)
        free = {"user_id", "message_main_attachment_id"}
        # when those are reminded who have not acted yet
        free |= {"reminder_first", "reminder_every", "reminder_most", "last_call"}
        machinery = ("message_", "activity_", "my_activity_", "website_message_", "rating_")
        for model in ("esign.envelope", "esign.document", "esign.signer", "esign.field"):
            record = self.records_of(envelope)[model][0]
            for name, field in record._fields.items():
                if name in MAGIC_COLUMNS or not (field.store or field.inverse):
                    continue
                if name in free or name.startswith(machinery):
                    continue
                values = {name: self.forged(record, name)}
                self.assertRefused(self.sender, model, "write", record.ids, values)
        self.assertEqual(self.snapshot(envelope), before)

    def test_created_with_own_fields(self):
        draft = self.make_envelope()
        forged = {
            "esign.envelope": {"name": "X"},
            "esign.document": {"name": "X", "envelope_id": draft.id},
            "esign.signer": {"partner_id": self.second.id, "envelope_id": draft.id},
            "esign.field": {
                "document_id": draft.document_ids.id,
                "signer_id": draft.signer_ids.id,
                **{"page": 0, "left": 1, "right": 50, "bottom": 1, "top": 50},
            },
        }
        for model, values in forged.items():
            self.rpc(self.sender, model, "create", [values])
            record = self.records_of(draft)[model][:1]
            for name in self.own_fields(model):
                self.assertRefused(
                    self.sender, model, "create", [{**values, name: self.forged(record, name)}]
                )

    def test_defaults_do_not_forge(self):
        """Neither the context nor a user's own default value sets a protected field."""
        template = self.make_envelope(fields=[{"kind": "text"}])
        for model in ("esign.envelope", "esign.signer", "esign.document"):
            example = self.records_of(template)[model][0]
            forged = {name: self.forged(example, name) for name in self.own_fields(model)}
            context = {f"default_{name}": value for name, value in forged.items()}
            self._assert_no_forgery(model, forged, context)
            for name, value in forged.items():
                self.env["ir.default"].with_user(self.sender).set(model, name, value, user_id=True)
            self._assert_no_forgery(model, forged, {})
            # a value that equals the forged default is no neutral value either
            self.assertRefused(
                self.sender,
                "esign.envelope",
                "create",
                [{"name": "X", "state": "completed"}],
                context={"default_state": "completed"},
            )

    def _assert_no_forgery(self, model, forged, context):
        values = {
            "name": "X",
            "signer_ids": [[0, 0, {"partner_id": self.second.id}]],
            "document_ids": [[0, 0, {"name": "X"}]],
        }
        (new_id,) = self.rpc(self.sender, "esign.envelope", "create", [values], context=context)
        envelope = self.env["esign.envelope"].browse(new_id)
        record = self.records_of(envelope)[model]
        for name, value in forged.items():
            got = record.sudo()[name]
            if record._fields[name].type in ("datetime", "many2one"):
                self.assertFalse(got, name)
            else:
                self.assertNotEqual(got, value, name)
        self.assertEqual(envelope.state, "draft")
        self.assertEqual(envelope.signer_ids.mapped("state"), ["waiting"])

    def test_import(self):
        result = self.rpc(
            self.sender, "esign.envelope", "load", ["name", "state"], [["X", "completed"]]
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
        envelope = self.send_new()
        for column, value in (("state", "completed"), ("date_signed", DATE), ("name", "Other")):
            result = self.rpc(
                self.sender, "esign.envelope", "load", [".id", column], [[str(envelope.id), value]]
            )
            self.assertFalse(result["ids"], column)
        self.assertEqual((envelope.state, envelope.name), ("sent", "Agreement"))

    def test_through_lines(self):
        """What can't be written on a participant can't be written through the envelope."""
        envelope = self.send_new()
        draft = self.make_envelope([self.second])
        signer, document = envelope.signer_ids, envelope.document_ids
        before = self.snapshot(envelope)
        commands = {
            "signer_ids": [
                [0, 0, {"partner_id": self.second.id}],
                [1, signer.id, {"email": "thief@example.net"}],
                [1, signer.id, {"date_signed": DATE}],
                [2, signer.id],
                [3, signer.id],
                [4, draft.signer_ids.id],
                [5],
                [6, 0, []],
                [6, 0, draft.signer_ids.ids],
            ],
            "document_ids": [
                [0, 0, {"name": "More"}],
                [1, document.id, {"upload": "Zm9yZ2Vk"}],
                [1, document.id, {"name": "Other"}],
                [2, document.id],
                [4, draft.document_ids.id],
                [5],
            ],
            "signature_ids": [[0, 0, {"signer_id": signer.id, "name": "X"}], [5]],
            "event_ids": [[0, 0, {"code": "signed"}], [5]],
            "job_ids": [[0, 0, {"kind": "complete", "key": "x"}], [5]],
        }
        for name, several in commands.items():
            for command in several:
                self.assertRefused(
                    self.sender, "esign.envelope", "write", envelope.ids, {name: [command]}
                )
        # nor from the side of a draft
        for values in (
            {"signer_ids": [[4, signer.id]]},
            {"document_ids": [[4, document.id]]},
            {"signer_ids": [[6, 0, signer.ids]]},
        ):
            self.assertRefused(self.sender, "esign.envelope", "write", draft.ids, values)
        self.assertEqual(self.snapshot(envelope), before)

    def test_moved_into_a_sent_envelope(self):
        envelope = self.send_new()
        draft = self.make_envelope([self.second], fields=[{"kind": "text"}])
        before = self.snapshot(envelope)
        field = draft.document_ids.field_ids
        for model, record, values in (
            ("esign.signer", draft.signer_ids, {"envelope_id": envelope.id}),
            ("esign.document", draft.document_ids, {"envelope_id": envelope.id}),
            ("esign.field", field, {"document_id": envelope.document_ids.id}),
            (
                "esign.field",
                field,
                {"document_id": envelope.document_ids.id, "signer_id": envelope.signer_ids.id},
            ),
        ):
            self.assertRefused(self.sender, model, "write", record.ids, values)
        self.assertEqual(self.snapshot(envelope), before)

    def test_copied(self):
        envelope = self.sign_all(self.send_new())
        (new_id,) = self.rpc(self.sender, "esign.envelope", "copy", envelope.ids)
        copy = self.env["esign.envelope"].browse(new_id)
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.signer_ids.mapped("state"), ["waiting"])
        for lines in (copy.signature_ids, copy.event_ids, copy.job_ids):
            self.assertFalse(lines)
        self.assertFalse(copy.document_ids.frozen_attachment_id)
        self.assertNotEqual(copy.reference, envelope.reference)
        self.assertNotEqual(copy.signer_ids.access_ref, envelope.signer_ids.access_ref)
        for default in ({"state": "completed"}, {"date_signed": DATE}, {"evidence_head": "0"}):
            self.assertRefused(self.sender, "esign.envelope", "copy", envelope.ids, default)

    def test_deleted(self):
        envelope = self.send_new()
        for model, records in self.records_of(envelope).items():
            if records:
                self.assertRefused(self.sender, model, "unlink", records.ids)
        draft = self.make_envelope()
        self.rpc(self.sender, "esign.envelope", "unlink", draft.ids)
        self.assertFalse(draft.exists())

    def test_files_of_a_sent_envelope(self):
        """Neither the kept files nor the upload behind them can be replaced."""
        envelope = self.sign_all(self.send_new())
        document = envelope.document_ids
        draft = self.make_envelope()
        mine = self.rpc(self.sender, "ir.attachment", "create", [{"name": "mine", "raw": "x"}])
        for attachment in self.attachments_of(envelope):
            for values in (
                {"datas": "Zm9yZ2Vk"},
                {"raw": "forged"},
                {"name": "other.pdf"},
                {"res_id": draft.document_ids.id},
                {"res_id": False, "res_model": False},
                {"res_field": "upload"},
                {"res_field": False},
                {"access_token": "x"},
                {"public": True},
                {"store_fname": "aa/bb"},
                {"checksum": "x"},
                {"type": "url", "url": "https://example.net"},
            ):
                self.assertRefused(self.sender, "ir.attachment", "write", attachment.ids, values)
            self.assertRefused(self.sender, "ir.attachment", "unlink", attachment.ids)
        for values in (
            {"name": "x", "raw": "x", "res_model": "esign.document", "res_id": document.id},
            {
                "name": "upload",
                "raw": "x",
                "res_model": "esign.document",
                "res_id": document.id,
                "res_field": "upload",
            },
        ):
            self.assertRefused(self.sender, "ir.attachment", "create", [values])
        for extra in ({}, {"res_field": "upload"}):
            self.assertRefused(
                self.sender,
                "ir.attachment",
                "write",
                mine,
                {"res_model": "esign.document", "res_id": document.id, **extra},
            )
        self.assertTrue(document._read_pdf("frozen"))
        self.assertTrue(document._read_pdf("sealed"))

    def test_responsible_user_can_change(self):
        """Handing over is for those who see all envelopes: what follows has a user's rights."""
        for envelope in (self.make_envelope(), self.send_new()):
            self.assertRefused(
                self.sender,
                "esign.envelope",
                "write",
                envelope.ids,
                {"user_id": self.esign_admin.id},
            )
        self.rpc(
            self.all_documents,
            "esign.envelope",
            "write",
            envelope.ids,
            {"user_id": self.colleague.id},
        )
        self.assertEqual(envelope.user_id, self.colleague)
        self.assertSeesNothing(self.sender, envelope, author=True)

    def test_deadline_in_the_past(self):
        past = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=1))
        self.assertRefused(
            self.sender, "esign.envelope", "create", [{"name": "X", "date_deadline": past}]
        )

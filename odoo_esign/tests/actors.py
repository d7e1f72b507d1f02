"""What a user may get at, tried through every door that the web client has."""

from psycopg2 import Error

from odoo.exceptions import AccessError, MissingError, UserError

from .common import EsignCase


class ActorCase(EsignCase):
    def records_of(self, envelope):
        """Return the records of every model that belong to the envelope."""
        envelope = envelope.sudo()
        return {
            "esign.envelope": envelope,
            "esign.document": envelope.document_ids,
            "esign.signer": envelope.signer_ids,
            "esign.field": envelope.document_ids.field_ids,
            "esign.signature": envelope.signature_ids,
            "esign.event": envelope.event_ids,
            "esign.job": envelope.job_ids,
        }

    def attachments_of(self, envelope):
        """Return all files of the envelope, those behind binary fields too."""
        attachments = self.env["ir.attachment"].sudo()
        found = attachments.search(
            [("res_model", "=", "esign.document"), ("res_id", "in", envelope.document_ids.ids)]
        )
        uploads = attachments.search(
            [
                ("res_model", "=", "esign.document"),
                ("res_id", "in", envelope.document_ids.ids),
                ("res_field", "=", "upload"),
            ]
        )
        self.assertTrue(found)
        self.assertTrue(uploads)
        return found | uploads

    # ------------------------------------------------------------- refusals
    def assertRefused(self, user, model, method, *args, **kwargs):
        """Assert that the call is refused in words, and changes nothing."""
        try:
            with self.env.cr.savepoint():
                result = self.rpc(user, model, method, *args, **kwargs)
        except (UserError, MissingError):
            self.env.invalidate_all()
            return
        except (ValueError, Error) as error:
            self.env.invalidate_all()
            # the ORM's word for a field that this user can't use, or a broken constraint
            self.assertNotIsInstance(error, AttributeError)
            return
        self.fail(f"{model}.{method}{args} returned {result!r}")

    def assertAccessError(self, user, model, method, *args, **kwargs):
        with self.assertRaises(AccessError, msg=f"{model}.{method}{args}"):
            self.rpc(user, model, method, *args, **kwargs)

    def assertFindsNothing(self, user, model, ids):
        """Assert that no way of searching gives these records away."""
        domain = [["id", "in", ids]]
        for method, args, kwargs in (
            ("search", [domain], {}),
            ("search_read", [domain, ["id"]], {}),
            ("search_count", [domain], {}),
            ("web_search_read", [domain, {"display_name": {}}], {}),
            ("name_search", [], {"name": "", "domain": domain}),
            ("formatted_read_group", [domain], {"groupby": [], "aggregates": ["__count"]}),
        ):
            try:
                with self.env.cr.savepoint():
                    found = self.rpc(user, model, method, *args, **kwargs)
            except AccessError:
                continue
            if isinstance(found, dict):
                found = found["records"]
            if method == "formatted_read_group":
                found = found[0]["__count"]
            self.assertFalse(found, f"{model}.{method}")

    def assertSeesNothing(self, user, envelope, author=False):
        """Assert that this user neither reads nor changes anything of the envelope.

        :param bool author: the user has written in its chatter; one reads one's own words
        """
        for model, records in self.records_of(envelope).items():
            ids = records.ids
            self.assertFindsNothing(user, model, ids)
            for method, *args in (
                ("read", ids),
                ("read", ids, ["display_name"]),
                ("web_read", ids, {"display_name": {}}),
                ("export_data", ids, ["display_name"]),
                ("copy", ids),
                ("write", ids, {"create_uid": 1} if model == "esign.event" else {"name": "X"}),
                ("unlink", ids),
            ):
                if ids:
                    self.assertRefused(user, model, method, *args)
        ids = envelope.ids
        for method in (
            "action_send",
            "action_cancel",
            "action_retry",
            "action_send_again",
            "action_sign",
            "action_open_record",
            "action_open_documents",
        ):
            self.assertRefused(user, "esign.envelope", method, ids)
        self.assertRefused(user, "esign.signer", "action_resend", envelope.signer_ids.ids)
        if envelope.job_ids:
            self.assertRefused(user, "esign.job", "action_retry", envelope.job_ids.ids)
        attachments = self.attachments_of(envelope)
        self.assertFindsNothing(user, "ir.attachment", attachments.ids)
        for attachment in attachments:
            for method, *args in (
                ("read", attachment.ids, ["datas"]),
                ("read", attachment.ids, ["name"]),
                ("write", attachment.ids, {"name": "X"}),
                ("unlink", attachment.ids),
                ("copy", attachment.ids),
                ("generate_access_token", attachment.ids),
            ):
                self.assertRefused(user, "ir.attachment", method, *args)
        messages = envelope.sudo().message_ids
        if author:
            messages = messages.filtered(lambda m: m.author_id != user.partner_id)
        self.assertTrue(messages)
        self.assertFindsNothing(user, "mail.message", messages.ids)

    def assertNeverShown(self, user, model, name, ids, relations=()):
        """Assert that a secret field can't be read, nor guessed by searching or sorting."""
        domain = [["id", "in", ids]]
        for method, args, kwargs in (
            ("read", [ids, [name]], {}),
            ("web_read", [ids, {name: {}}], {}),
            ("search_read", [domain, [name]], {}),
            ("search", [[[name, "!=", False]]], {}),
            ("search", [[[name, "=like", "a%"]]], {}),
            ("search", [["!", [name, "=", "a"]]], {}),
            ("search_count", [[[name, ">", "5"]]], {}),
            ("search", [domain], {"order": name}),
            ("search", [domain], {"order": f"{name} desc"}),
            ("name_search", [], {"name": "", "domain": [[name, "=like", "a%"]]}),
            ("formatted_read_group", [domain], {"groupby": [name], "aggregates": ["__count"]}),
            ("formatted_read_group", [domain], {"groupby": [], "aggregates": [f"{name}:max"]}),
            (
                "formatted_read_group",
                [domain],
                {"groupby": [], "aggregates": [f"{name}:array_agg"]},
            ),
            ("export_data", [ids, [name]], {}),
            ("write", [ids, {name: "x"}], {}),
        ):
            try:
                with self.env.cr.savepoint():
                    found = self.rpc(user, model, method, *args, **kwargs)
            except (UserError, ValueError):
                self.env.invalidate_all()
                continue
            self.fail(f"{model}.{method}{args}{kwargs} returned {found!r}")
        for other, path in relations:
            for condition in (
                [[f"{path}.{name}", "=like", "a%"]],
                [[path, "any", [[name, "=like", "a%"]]]],
                [[path, "not any", [[name, "!=", False]]]],
            ):
                self.assertRefused(user, other, "search", condition)
            self.assertRefused(user, other, "export_data", [1], [f"{path}/{name}"])
        self.assertNotIn(name, self.rpc(user, model, "fields_get"))

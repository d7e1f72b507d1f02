"""Every method that the web client could call, found by itself, tried with another's records."""

import inspect
import json

from odoo import models
from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .actors import ActorCase

# what stands for a parameter of this name; the records' own ids stand for `ids`
ARGUMENTS = {
    "access_token": "x",
    "activity_type_id": 1,
    "aggregates": ["__count"],
    "body": "Canary",
    "data": [["X"]],
    "default": {},
    "domain": [],
    "field_name": "display_name",
    "field_names": ["display_name"],
    "fields": ["display_name"],
    "fields_list": ["display_name"],
    "fields_spec": {"display_name": {}},
    "fields_to_export": ["display_name"],
    "fname": "display_name",
    "fnames": ["display_name"],
    "groupby": [],
    "groups": [],
    "limit": 10,
    "name": "X",
    "partner_ids": [1],
    "specification": {"display_name": {}},
    "vals": {"name": "X"},
    "vals_list": [{"name": "X"}],
    "value": "X",
    "values": {"name": "X"},
}
# reads nothing but definitions, for everybody with a login; or takes seconds
DEFINITIONS = {"get_views", "get_view", "fields_get", "get_empty_list_help", "get_formview_action"}
ADDON = "odoo.addons.odoo_esign."
FURTHER = ("mail_message", "mail_followers", "mail_activity", "ir_attachment", "esign_handover")


@tagged("post_install", "-at_install")
class TestRpcSurface(ActorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner, name in ((cls.customer, "Quillon"), (cls.second, "Zephyra")):
            partner.write({"name": f"{name} Canary", "email": f"{name.lower()}@canary.example"})

    def set_the_scene(self):
        self.envelope = self.sign_all(
            self.send_new([self.customer, {"partner_id": self.second.id, "step": 2}])
        )
        self.open = self.make_envelope([self.customer], name="Canary in the open")
        self.send(self.open)
        self.draft = self.make_envelope([self.customer], name="Canary in a draft")
        # one that the portal user may look at, and others may not send
        self.order = self.env["sale.order"].create({"partner_id": self.other_portal.partner_id.id})
        self.secrets = [
            "canary",
            self.envelope.reference.lower(),
            self.open.reference.lower(),
            *(link.lower() for link in (self.envelope | self.open).signer_ids.mapped("access_ref")),
            *self.envelope.document_ids.mapped("sealed_sha256"),
        ]

    # ------------------------------------------------------------- what there is
    def own_models(self):
        """Return the models of this add-on that have records, wizards too."""
        found = [name for name in sorted(self.env) if name.startswith("esign.")]
        found = [name for name in found if not self.env[name]._abstract]
        self.assertGreater(len(found), 25)
        return found

    def methods_of(self, model):
        """Return the public methods of a model, inherited ones included."""
        cls = type(self.env[model])
        for name in sorted(dir(cls)):
            if name.startswith("_") or name in DEFINITIONS or not callable(getattr(cls, name)):
                continue
            # what every record has been checked for by Odoo itself, and `_name`-less properties
            if inspect.isclass(getattr(cls, name)) or isinstance(getattr(cls, name), models.Model):
                continue
            try:
                yield name, get_public_method(self.env[model], name)
            except UserError:
                continue

    def further(self):
        """Yield (model, methods) of Odoo's own models, as far as this add-on has defined them."""
        for model in sorted(self.env):
            if model.startswith("esign.") and not self.env[model]._abstract:
                continue
            methods = [
                (name, method)
                for name, method in self.methods_of(model)
                if inspect.unwrap(method).__module__.startswith(ADDON)
            ]
            if methods and not self.env[model]._abstract:
                yield model, methods

    def records(self, model):
        """Return another's records of a model, of all three envelopes where it belongs to one."""
        if model == "esign.envelope":
            return self.envelope | self.open | self.draft
        records = self.env[model].sudo()
        if model == "sale.order":
            return self.order
        if "envelope_id" in records._fields:
            envelopes = self.envelope | self.open | self.draft
            return records.search([("envelope_id", "in", envelopes.ids)])
        return records.search([], limit=5)

    def state(self, newest=None):
        """Return everything that a call could have changed, up to the ``newest`` rows if given."""
        self.env.flush_all()
        rows = {}
        for table in (*(self.env[model]._table for model in self.own_models()), *FURTHER):
            known = SQL("WHERE id <= %s", newest[table][0] or 0) if newest else SQL()
            self.env.cr.execute(
                SQL(
                    "SELECT max(id), count(*), md5(string_agg(t::text, '|' ORDER BY id)) "
                    "FROM %s t %s",
                    SQL.identifier(table),
                    known,
                )
            )
            rows[table] = self.env.cr.fetchone()
        return rows

    def arguments(self, method, ids):
        """Return sets of arguments: none, and one for each parameter that has to be given."""
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = list(inspect.signature(method).parameters.values())[1:]
        needed = [p.name for p in parameters if p.default is p.empty and p.kind in kinds]
        yield [ARGUMENTS.get(name, ids) for name in needed]
        if "domain" in needed:
            own = {**ARGUMENTS, "domain": [["id", "in", ids]]}
            yield [own.get(name, ids) for name in needed]

    # ------------------------------------------------------------- trying
    @mute_logger("odoo.sql_db", "odoo.models.unlink", "py.warnings")
    def try_all(self, user):
        """Call everything as ``user``; nothing is told, nothing of what there is is changed."""
        before, called = self.state(), 0
        own = [(model, self.methods_of(model)) for model in self.own_models()]
        for model, methods in (*own, *self.further()):
            records = self.records(model)
            for name, method in methods:
                on_model = getattr(method, "_api_model", False)
                for given in self.arguments(method, records.ids):
                    called += 1
                    args = given if on_model else [records.ids, *given]
                    answer = self.try_one(user, model, name, args)
                    told = json.dumps(answer, default=str).lower()
                    for secret in self.secrets:
                        self.assertNotIn(secret, told, f"{user.login}: {model}.{name}{args}")
            after = self.state(before)
            changed = [table for table in before if after[table] != before[table]]
            self.assertFalse(changed, f"{user.login}: something of {model} changed {changed}")
        return called

    def try_one(self, user, model, name, args):
        try:
            with self.env.cr.savepoint():
                return self.rpc(user, model, name, *args)
        except Exception as error:
            self.env.invalidate_all()
            return str(error) if isinstance(error, UserError) else None

    def test_portal_user(self):
        self.assertGreater(self.try_all(self.other_portal), 1000)
        # it would show if something were told
        told = self.try_one(self.sender, "esign.envelope", "read", [self.draft.ids, ["name"]])
        self.assertIn(self.secrets[0], str(told).lower())
        self.assertGreater(len(list(self.further())), 5)

    def test_employee_without_groups(self):
        self.try_all(self.no_groups)

    def test_user_who_sees_own_envelopes_alone(self):
        self.try_all(self.colleague)

    def test_dialogs_over_envelopes_of_others(self):
        """A dialog is the user's own; what it is about is not."""
        mine = self.make_envelope([self.third], user=self.colleague)
        self.send(mine)
        before = self.state()
        signer = self.open.signer_ids
        change = {
            "signer_id": signer.id,
            "name": "Mallory",
            "email": "mallory@example.net",
            "invite_by": "mail",
            "identification": "link",
            "reason": "X",
        }
        later = "2099-01-01 00:00:00"
        for ids in (self.open.ids, [*mine.ids, *self.open.ids]):
            several = [[6, 0, ids]]
            cancel = {"envelope_ids": several, "reason": "X"}
            extend = {"envelope_ids": several, "date_deadline": later}
            for model, values, button in (
                ("esign.signer.change", change, "action_change"),
                ("esign.envelope.cancel", cancel, "action_cancel"),
                ("esign.envelope.extend", extend, "action_extend"),
            ):
                self.assertDialogRefused(model, values, button)
        after = self.state(before)
        self.assertEqual([table for table in before if after[table] != before[table]], [])
        # the own one alone: the same dialogs do what they say
        cancel = {"envelope_ids": [[6, 0, mine.ids]], "reason": "X"}
        (dialog,) = self.rpc(self.colleague, "esign.envelope.cancel", "create", [cancel])
        self.rpc(self.colleague, "esign.envelope.cancel", "action_cancel", [dialog])
        self.assertEqual(mine.state, "cancelled")

    def assertDialogRefused(self, model, values, button):
        """Assert that the dialog can't be made, or does nothing and tells nothing."""
        try:
            with self.env.cr.savepoint():
                (dialog,) = self.rpc(self.colleague, model, "create", [values])
        except UserError:
            return
        for name in self.env[model]._fields:
            shown = {name: {"fields": {"display_name": {}}}}
            for method, wanted in (("read", [name]), ("web_read", shown)):
                told = self.try_one(self.colleague, model, method, [[dialog], wanted])
                for secret in self.secrets:
                    self.assertNotIn(secret, str(told).lower(), f"{model}.{name}")
        self.assertRefused(self.colleague, model, button, [dialog])

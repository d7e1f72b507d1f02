"""Passwords and keys: written into a form, kept encrypted, and never to be read again."""

import base64
import logging
import os
import tempfile
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from odoo import models
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, config, mute_logger

from ..models.esign_secrets import MASK
from ..models.secret_fields import SecretBinary, SecretChar
from ..pades.errors import KeystoreError
from .actors import ActorCase
from .registry import AddModels

PASSWORD = "Korrekt-Pferd-7311"
KEY = b"-- a private key 99120477 --"
FILE = base64.b64encode(KEY).decode()
TALKATIVE = ("odoo", "odoo.sql_db", "odoo.service.model", "odoo.models", "odoo.addons")


class SealWithSecrets(models.Model):
    _module = None
    _name = "esign.seal"
    _inherit = ["esign.seal"]

    x_password = SecretChar("Password")
    x_pin = SecretChar("PIN")
    x_key = SecretBinary("Key file")


class Catcher(logging.Handler):
    """Keeps all that is logged, as it would be printed."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestSecrets(AddModels, ActorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.add_models(SealWithSecrets)

    def setUp(self):
        super().setUp()
        self.seal = self.make_seal(x_password=PASSWORD, x_key=FILE)

    def make_seal(self, **values):
        values = {"name": "Sealed", "code": "builtin", "company_id": self.company.id, **values}
        made = self.rpc(self.esign_admin, "esign.seal", "create", [values])
        return self.env["esign.seal"].browse(made)

    def rows(self):
        return self.env.execute_query(SQL("SELECT model, res_id, name, wrapped FROM esign_secret"))

    def assertNoSecret(self, found):
        text = found if isinstance(found, str) else repr(found)
        for secret in (PASSWORD, PASSWORD.encode().hex(), KEY.decode(), FILE, KEY.hex()):
            self.assertNotIn(secret, text)

    @contextmanager
    def everything_logged(self):
        """Give the lines of the whole log at its most talkative, SQL included."""
        root, catcher = logging.getLogger(), Catcher()
        loggers = [logging.getLogger(name) for name in TALKATIVE]
        before = [(logger, logger.level, logger.propagate) for logger in (root, *loggers)]
        for logger in (root, *loggers):
            logger.setLevel(logging.DEBUG)
            logger.propagate = True
        root.addHandler(catcher)
        try:
            yield catcher.lines
        finally:
            root.removeHandler(catcher)
            for logger, level, propagate in before:
                logger.setLevel(level)
                logger.propagate = propagate

    # ------------------------------------------------------------- keeping
    def test_kept_and_found_again(self):
        self.env.invalidate_all()
        self.assertEqual(self.seal._secret_get("x_password"), PASSWORD.encode())
        self.assertEqual(self.seal._secret_get("x_key"), KEY)
        self.assertTrue(self.seal._secret_is_set("x_key"))
        self.assertIsNone(self.seal._secret_get("x_pin"))
        self.assertFalse(self.seal._secret_is_set("x_pin"))

    def test_replaced_and_forgotten(self):
        write = partial(self.rpc, self.esign_admin, "esign.seal", "write", self.seal.ids)
        write({"x_password": "another one"})
        self.assertEqual(self.seal._secret_get("x_password"), b"another one")
        self.assertEqual(self.seal._secret_get("x_key"), KEY, "left alone")
        write({"x_password": False, "x_key": False})
        self.assertIsNone(self.seal._secret_get("x_password"))
        self.assertIsNone(self.seal._secret_get("x_key"))
        self.assertFalse(self.rows())

    def test_mask_changes_nothing(self):
        """A form that sends back what it was given keeps the secret."""
        write = partial(self.rpc, self.esign_admin, "esign.seal", "write", self.seal.ids)
        write({"x_password": MASK, "name": "Renamed"})
        self.assertEqual(self.seal._secret_get("x_password"), PASSWORD.encode())

    def test_goes_with_the_record(self):
        other = self.make_seal(x_password="kept")
        self.rpc(self.esign_admin, "esign.seal", "unlink", self.seal.ids)
        self.assertEqual([row[1] for row in self.rows()], other.ids)

    def test_rows(self):
        """What lies in the database is of no use in another place."""
        self.assertEqual(len(self.rows()), 2)
        for row in self.rows():
            self.assertNoSecret(bytes(row[3]).decode("latin-1"))
            self.assertNoSecret(bytes(row[3]).hex())
        other = self.make_seal(x_password="its own")
        for column, value in (("res_id", other.id), ("name", "x_pin")):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    SQL(
                        """DELETE FROM esign_secret WHERE res_id = %s;
                           UPDATE esign_secret SET %s = %s
                            WHERE res_id = %s AND name = 'x_password'""",
                        other.id,
                        SQL.identifier(column),
                        value,
                        self.seal.id,
                    )
                )
                moved = other if column == "res_id" else self.seal
                name = "x_password" if column == "res_id" else "x_pin"
                with self.assertRaises(KeystoreError) as caught:
                    moved._secret_get(name)
                self.assertNoSecret(str(caught.exception))
                savepoint.rollback()

    def test_same_secret_twice(self):
        """Equal passwords don't look equal."""
        self.rpc(self.esign_admin, "esign.seal", "write", self.seal.ids, {"x_pin": PASSWORD})
        wrapped = [bytes(row[3]) for row in self.rows()]
        self.assertEqual(len(set(wrapped)), 3)

    # ------------------------------------------------------------- reading
    def test_never_read(self):
        ids = self.seal.ids
        names = ["x_password", "x_key", "x_pin"]
        for user in (self.esign_admin, self.env.ref("base.user_admin")):
            for method, *args in (
                ("read", ids, names),
                ("read", ids),
                ("web_read", ids, {name: {} for name in names}),
                ("search_read", [("id", "in", ids)], names),
                ("export_data", ids, names),
                ("copy", ids),
                ("onchange", ids, {"name": "X"}, ["name"], {name: {} for name in names}),
            ):
                self.assertNoSecret(self.rpc(user, "esign.seal", method, *args))
        (values,) = self.rpc(self.esign_admin, "esign.seal", "read", ids, names)
        self.assertEqual(values["x_password"], MASK)
        self.assertFalse(values["x_pin"])
        self.assertFalse(values["x_key"])
        description = self.rpc(self.esign_admin, "esign.seal", "fields_get", names)
        self.assertFalse(any(field["exportable"] for field in description.values()))
        self.assertFalse(any(field["searchable"] for field in description.values()))

    def test_not_even_right_after_writing(self):
        """What was written does not linger in the cache of the same request."""
        seal = self.seal.with_user(self.esign_admin)
        seal.write({"x_password": PASSWORD, "x_key": FILE})
        self.assertEqual((seal.x_password, seal.x_key), (MASK, False))
        seal.sudo().invalidate_recordset()
        self.assertEqual(seal.sudo().x_password, MASK)
        saved = self.rpc(
            self.esign_admin,
            "esign.seal",
            "web_save",
            seal.ids,
            {"x_password": PASSWORD, "x_key": FILE},
            {"x_password": {}, "x_key": {}},
        )
        self.assertNoSecret(saved)

    def test_copy_has_none(self):
        copy = self.seal.copy()
        self.assertFalse(copy._secret_is_set("x_password"))
        self.assertFalse(copy._secret_is_set("x_key"))

    def test_users_know_nothing(self):
        for user in (self.sender, self.all_documents, self.no_groups, self.portal):
            for method, *args in (
                ("read", self.seal.ids, ["x_password"]),
                ("write", self.seal.ids, {"x_password": "mine"}),
            ):
                with self.subTest(user=user.login, method=method):
                    self.assertAccessError(user, "esign.seal", method, *args)
        self.assertEqual(self.seal._secret_get("x_password"), PASSWORD.encode())

    def test_not_callable(self):
        for method in ("_secret_get", "_secret_set", "_secret_is_set"):
            self.assertAccessError(
                self.esign_admin, "esign.seal", method, self.seal.ids, "x_password"
            )

    # ------------------------------------------------------------- log
    def test_log(self):
        """Even at its most talkative, with SQL, the log tells nothing."""
        with self.everything_logged() as lines:
            seal = self.make_seal(x_password=PASSWORD, x_key=FILE)
            call = partial(self.rpc, self.esign_admin, "esign.seal")
            call("write", seal.ids, {"x_password": PASSWORD})
            call("web_save", seal.ids, {"x_key": FILE}, {"name": {}})
            call("onchange", seal.ids, {"x_password": PASSWORD}, ["x_password"], {"name": {}})
            call("load", ["name", "code", "x_password"], [["Loaded", "builtin", PASSWORD]])
            call("write", seal.ids, {"name": "Said aloud"})
            seal._secret_get("x_password")
        log = "\n".join(lines)
        self.assertNoSecret(log)
        self.assertIn("INSERT INTO esign_secret", log, "SQL is in the log")
        self.assertIn("call esign.seal", log, "and so are calls")
        self.assertIn("Said aloud", log, "with their parameters, where they hold no secret")

    def test_messages_of_failures(self):
        with mute_logger("odoo.sql_db"):
            for values in (
                {"x_password": PASSWORD, "nonsense": 1},
                {"x_password": PASSWORD, "state": "nonsense"},
                {"x_password": PASSWORD, "company_id": 0},
                {"x_key": "no base64 at all"},
            ):
                with (
                    self.subTest(values),
                    self.assertRaises(Exception) as caught,
                    self.env.cr.savepoint(),
                ):
                    self.rpc(self.esign_admin, "esign.seal", "write", self.seal.ids, values)
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertNoSecret(str(caught.exception))

    # ------------------------------------------------------------- master key
    def test_other_master_key(self):
        with patch.dict(os.environ, {"ODOO_ESIGN_KEY": "a wholly different master key"}):
            with self.assertRaises(KeystoreError) as caught:
                self.seal._secret_get("x_password")
            self.assertNoSecret(str(caught.exception))
            self.assertTrue(self.seal._secret_is_set("x_password"))

    def test_no_master_key(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict(config.options, {"data_dir": folder, "esign_key": None}),
            patch.dict(os.environ),
        ):
            os.environ.pop("ODOO_ESIGN_KEY", None)
            with self.assertRaisesRegex(UserError, "is missing"):
                self.seal._secret_get("x_password")
            self.assertFalse(os.listdir(folder), "no new key is made where an old one is wanted")

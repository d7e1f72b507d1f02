from odoo import models
from odoo.tools import SQL

from . import master_key
from .secret_fields import SecretBinary, SecretChar

MASK = "********"


class EsignSecrets(models.AbstractModel):
    """Keeps a record's passwords and keys where the ORM does not look.

    They lie in a table of their own, encrypted under the master key and bound to the record
    and to the name. Forms write them through ``SecretChar`` and ``SecretBinary``.
    """

    _name = "esign.secrets"
    _description = "Keeper of Secrets"

    def init(self):
        super().init()
        self.env.cr.execute(
            SQL(
                """CREATE TABLE IF NOT EXISTS esign_secret (
                    model varchar NOT NULL,
                    res_id integer NOT NULL,
                    name varchar NOT NULL,
                    wrapped bytea NOT NULL,
                    PRIMARY KEY (model, res_id, name))"""
            )
        )

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        if ids:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM esign_secret WHERE model = %s AND res_id IN %s",
                    self._name,
                    tuple(ids),
                )
            )
        return result

    # ------------------------------------------------------------- keeping
    def _secret_set(self, name, value):
        """Keep ``value`` (bytes) under ``name``; None or nothing forgets it."""
        self.ensure_one()
        if not value:
            self.env.cr.execute(SQL("DELETE FROM esign_secret WHERE %s", self._secret_is(name)))
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO esign_secret (model, res_id, name, wrapped)
                        VALUES (%s, %s, %s, %s)
                   ON CONFLICT (model, res_id, name) DO UPDATE SET wrapped = EXCLUDED.wrapped""",
                self._name,
                self.id,
                name,
                master_key.wrap(self.env, bytes(value), self._secret_context(name)),
            )
        )

    def _secret_get(self, name):
        """Return the bytes kept under ``name``, or None.

        :raise UserError: if the master key is missing
        :raise KeystoreError: if it is another one, or the row was changed or swapped
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL("SELECT wrapped FROM esign_secret WHERE %s", self._secret_is(name))
        )
        if not rows:
            return None
        return master_key.unwrap(self.env, rows[0][0], self._secret_context(name))

    def _secret_is_set(self, name):
        """Tell whether something is kept under ``name``; the master key is not needed for it."""
        self.ensure_one()
        return bool(
            self.env.execute_query(
                SQL("SELECT 1 FROM esign_secret WHERE %s", self._secret_is(name))
            )
        )

    def _secret_is(self, name):
        return SQL("model = %s AND res_id = %s AND name = %s", self._name, self.id, name)

    def _secret_context(self, name):
        """A secret opens only in the place it was made for."""
        return f"esign.secret:{self._name}:{self.id}:{name}".encode()

    # ------------------------------------------------------------- forms
    def _compute_secrets(self):
        for name, field in self._fields.items():
            if isinstance(field, SecretBinary):
                self[name] = False
            elif isinstance(field, SecretChar):
                for record in self:
                    kept = record._origin and record._origin._secret_is_set(name)
                    record[name] = MASK if kept else False

    def _inverse_secret(self, name):
        field = self._fields[name]
        for record in self:
            value = record[name]
            if value != MASK:
                record._secret_set(name, field.as_bytes(value) if value else None)
        # nothing may linger in the cache, where a later read would find it
        self.invalidate_recordset([name], flush=False)

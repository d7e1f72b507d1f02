import hashlib
import hmac
import random
import secrets
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

DIGITS = 6
LIFE = timedelta(minutes=10)
MAX_TRIES = 5
MAX_SENDS = 3
MAX_SENDS_TO_ADDRESS = 20
RATE_WINDOW = timedelta(hours=1)
PROVEN_FOR = timedelta(hours=12)
_ATTEMPTS = 200


def settled(env, act):
    """Run ``act(env)`` in a transaction of its own, which is committed whatever comes after.

    So that a wrong code costs its attempt even where the request fails later, and is counted
    once even where Odoo repeats the request. Another transaction that was faster lets it run
    again on what that one has written. The request's own connection is used, after what was
    read on it: with a second one for each, a crowd would use up all connections.
    """
    cr = env.cr
    for attempt in range(_ATTEMPTS):
        cr.commit()  # pylint: disable=invalid-commit
        try:
            result = act(env)
            env.flush_all()
            cr.commit()  # pylint: disable=invalid-commit
            return result
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            cr.rollback()
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(random.uniform(0, 0.02))
    return None


class EsignCode(models.Model):
    """A code that was asked for; of the code itself only a keyed hash is kept.

    It belongs to a participant, a method and the session in which it was asked for, is good
    for ten minutes, five tries and one use.
    """

    _name = "esign.code"
    _description = "One-time Code"
    _order = "id desc"
    _log_access = False

    signer_id = fields.Many2one("esign.signer", required=True, index=True, ondelete="cascade")
    method = fields.Char(required=True)
    session_sha256 = fields.Char(required=True)
    address_sha256 = fields.Char(index="btree_not_null")
    digest = fields.Char()
    date_asked = fields.Datetime(required=True, default=fields.Datetime.now)
    date_sent = fields.Datetime()
    date_expires = fields.Datetime()
    date_used = fields.Datetime()
    tries = fields.Integer(default=0)
    error = fields.Char()

    # ------------------------------------------------------------- making
    def _make(self):
        """Make the code and return it; from now on it is good for ten minutes."""
        self.ensure_one()
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        now = fields.Datetime.now()
        self.write(
            {
                "digest": self._keyed(str(self.id), code),
                "date_sent": now,
                "date_expires": now + LIFE,
                "error": False,
            }
        )
        return code

    def _keep_failure(self, reason):
        """Keep why the code could not be sent; nobody signs with it."""
        self.error = reason
        signer = self.signer_id
        facts = {**signer._evidence_facts(), "method": self.method, "why": reason}
        signer.envelope_id._log("code_failed", facts)

    @api.model
    def _keyed(self, scope, code):
        """Return a hash that is of no use without the database's secret: codes are short."""
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        text = f"esign.code:{scope}:{code}".encode("utf-8", "surrogatepass")
        return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()

    # ------------------------------------------------------------- trying
    @api.model
    def _take_try(self, signer, method, session_sha256):
        """Count a try of the participant's newest code; return that code, or nothing.

        One UPDATE counts and checks: of a hundred tries at the same moment, five are let through.
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """UPDATE esign_code SET tries = tries + 1
                    WHERE id = (SELECT max(id) FROM esign_code
                                 WHERE signer_id = %s AND method = %s)
                      AND session_sha256 = %s AND digest IS NOT NULL AND date_used IS NULL
                      AND date_expires > %s AND tries < %s
                RETURNING id""",
                signer.id,
                method,
                session_sha256,
                now,
                MAX_TRIES,
            ),
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        return self.browse(row[0] if row else ())

    def _fits(self, code, stored=None):
        """Compare in constant time; ``stored`` is an access code's digest."""
        self.ensure_one()
        if not stored:
            return hmac.compare_digest(self._keyed(str(self.id), code), self.digest)
        scope = f"access:{self.signer_id.id}"
        # those of before were kept with their capitals
        return any(
            hmac.compare_digest(self._keyed(scope, one), stored) for one in (code.lower(), code)
        )

    # ------------------------------------------------------------- limits
    @api.model
    def _too_many(self, signer, address_sha256):
        """Tell whether enough codes were asked for within an hour."""
        since = [
            ("date_asked", ">", fields.Datetime.now() - RATE_WINDOW),
            ("address_sha256", "!=", False),
        ]
        if self.search_count([("signer_id", "=", signer.id), *since]) >= MAX_SENDS:
            return True
        to_address = [("address_sha256", "=", address_sha256), *since]
        return self.search_count(to_address) >= MAX_SENDS_TO_ADDRESS

    @api.autovacuum
    def _gc_codes(self):
        old = fields.Datetime.now() - timedelta(days=2)
        self.sudo().search([("date_asked", "<", old)], limit=10_000).unlink()

import base64
import re
from contextlib import suppress
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..pades.certificates import fingerprint_words
from ..pades.errors import SealRefused
from ..pades.seals.pem import read_certificates
from ..pades.stamp_servers import StampServer, StampServers
from .secret_fields import SecretChar

OID = re.compile(r"[0-2](\.(0|[1-9]\d*)){1,30}")
SHORTEST, LONGEST = 1, 60


class EsignStampServer(models.Model):
    """Somebody outside who stamps a company's documents (RFC 3161), asked in the order given.

    As soon as a company has one that is enabled, its own clock stamps nothing any more: where no
    server gives a good stamp, the job waits.
    """

    _name = "esign.stamp.server"
    _description = "Time Stamp Server"
    _inherit = "esign.secrets"
    _order = "company_id, sequence, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    sequence = fields.Integer(default=10)
    url = fields.Char("Address", required=True)
    username = fields.Char("User name")
    password = SecretChar()
    token = SecretChar("Bearer token")
    policy = fields.Char(
        "Policy (OID)", help="Only stamps under this policy are requested and accepted."
    )
    timeout = fields.Integer("Timeout (seconds)", default=10, required=True)
    state = fields.Selection(
        [("disabled", "Disabled"), ("test", "Test Mode"), ("enabled", "Enabled")],
        default="disabled",
        required=True,
        copy=False,
        help="Test Mode: used if no server is enabled; certificates of completion then say that it "
        "was a test.",
    )
    was_used = fields.Boolean(readonly=True, copy=False)
    root_ids = fields.One2many("esign.stamp.root", "server_id", "Trusted certificates", copy=False)
    add_certificates = fields.Text(
        "Add root certificates",
        compute="_compute_add_certificates",
        inverse="_inverse_add_certificates",
        help="One or several, as text (PEM).",
    )
    is_open_password = fields.Boolean(
        "Password is sent unencrypted", compute="_compute_is_open_password"
    )

    @api.depends("root_ids")
    def _compute_add_certificates(self):
        self.add_certificates = False

    def _inverse_add_certificates(self):
        for server in self:
            if server.add_certificates:
                server._add_roots(server.add_certificates.encode())
        self.invalidate_recordset(["add_certificates"], flush=False)

    @api.depends("url", "username", "password", "token")
    def _compute_is_open_password(self):
        for server in self:
            secret = server.username or server.token
            server.is_open_password = bool(secret) and (server.url or "").startswith("http:")

    # ------------------------------------------------------------- checks
    @api.constrains("url")
    def _check_url(self):
        for server in self:
            parts = None
            with suppress(ValueError):
                parts = urlsplit(server.url or "")
                _port = parts.port
            if not parts or parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValidationError(
                    server.env._(
                        "The address of a time stamp server must begin with http or https."
                    )
                )
            if parts.username or parts.password:
                raise ValidationError(
                    server.env._("User name and password have fields of their own.")
                )

    @api.constrains("policy")
    def _check_policy(self):
        for server in self:
            if server.policy and not OID.fullmatch(server.policy):
                raise ValidationError(
                    server.env._("A policy is a number with dots, such as 1.3.6.1.4.1.99999.1.")
                )

    @api.constrains("timeout")
    def _check_timeout(self):
        for server in self:
            if not SHORTEST <= server.timeout <= LONGEST:
                raise ValidationError(
                    server.env._(
                        "The time limit for a server must be between %s and %s seconds.",
                        SHORTEST,
                        LONGEST,
                    )
                )

    def _check_roots(self):
        """No constraint, because the certificates of a new server come after it."""
        for server in self:
            if server.state != "disabled" and not server.root_ids.filtered("trusted"):
                raise ValidationError(
                    server.env._(
                        "“%s” has no trusted root certificate: without one, nobody can tell its "
                        "stamps from forged ones. Press “Test” and accept the one that comes with "
                        "the answer, or paste the one the service publishes.",
                        server.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        servers = super().create(vals_list)
        servers._check_roots()
        servers._note_use()
        return servers

    def write(self, vals):
        if "company_id" in vals and any(
            server.was_used and server.company_id.id != vals["company_id"] for server in self
        ):
            raise UserError(
                self.env._(
                    "This server has already stamped documents for its company: create another one."
                )
            )
        result = super().write(vals)
        if "state" in vals or "root_ids" in vals:
            self._check_roots()
            self._note_use()
        return result

    def _note_use(self):
        used = self.filtered(lambda s: s.state != "disabled" and not s.was_used)
        if used:
            used.was_used = True

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.filtered("was_used"):
            raise UserError(
                self.env._(
                    "The certificates of this server are still needed to verify stamped documents. "
                    "Disable it instead."
                )
            )

    # ------------------------------------------------------------- roots
    def _add_roots(self, data):
        """Trust the certificates in a PEM text or DER file from now on; return them all."""
        self.ensure_one()
        try:
            found = read_certificates(data)
        except SealRefused:
            raise UserError(
                self.env._(
                    "No certificate can be read in this. Paste it as text, from "
                    "-----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----."
                )
            ) from None
        known = {root._der(): root for root in self.root_ids}
        for der in dict.fromkeys(found):
            if der in known:
                known[der].trusted = True
                continue
            self.env["esign.stamp.root"].sudo().create(
                {
                    "server_id": self.id,
                    "certificate": base64.b64encode(der),
                    "sha256": fingerprint_words(der).replace(":", "").lower(),
                }
            )
        return self.root_ids

    @api.model
    def _roots_of(self, companies):
        """Return all certificates (DER) that these companies trust for stamps, also of old ones."""
        roots = self.env["esign.stamp.root"].sudo()
        found = roots.search([("company_id", "in", companies.ids), ("trusted", "=", True)])
        return list(dict.fromkeys(root._der() for root in found))

    # ------------------------------------------------------------- using
    @api.model
    def _used_by(self, company):
        """Return the servers that stamp for ``company``, in order; none: its own clock does."""
        servers = self.sudo().search([("company_id", "=", company.id), ("state", "!=", "disabled")])
        return servers.filtered(lambda s: s.state == "enabled") or servers

    def _as_stamper(self):
        """Return a pyHanko time stamper that asks these servers one after the other.

        Each has to answer with a stamp that leads to a certificate of its own.
        """
        return StampServers([server._as_server() for server in self])

    def _host(self):
        """Return the address as everybody may see it."""
        return StampServer(self.url).host

    def _as_server(self):
        self.ensure_one()
        server = self.sudo()
        return StampServer(
            url=server.url,
            username=server.username or None,
            password=_text(server._secret_get("password")),
            bearer=_text(server._secret_get("token")),
            policy=server.policy or None,
            timeout=server.timeout,
            roots=tuple(root._der() for root in server.root_ids.filtered("trusted")),
        )


def _text(secret):
    return secret.decode() if secret else None

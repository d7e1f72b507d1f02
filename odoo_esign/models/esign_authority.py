import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..pades.authority import Authority, create_authority, issue_leaf
from ..pades.signer import KeptKeySigner
from . import master_key
from .guard import is_unlocked, locked, unlocked

_logger = logging.getLogger(__name__)

PURPOSES = ("root", "issuing", "ocsp", "tsa")


class EsignAuthority(models.Model):
    """The company's built-in certificate authority.

    The certificates are public and lie here. The private keys lie in a table of their own
    that the ORM does not know, encrypted under a key from the server's configuration, so
    that a dump of the database is of no use to a forger.
    """

    _name = "esign.authority"
    _description = "Built-in Certificate Authority"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, id desc"
    _rec_name = "organisation"

    _mail_post_access = "read"

    # machinery of the chatter, harmless
    _technical_prefixes = ("message_", "activity_", "website_message_", "my_activity_")

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    organisation = fields.Char("Organization", required=True, readonly=True)
    root_cert = fields.Binary("Root certificate", attachment=False, readonly=True)
    issuing_cert = fields.Binary("Issuing certificate", attachment=False, readonly=True)
    ocsp_cert = fields.Binary("OCSP responder's certificate", attachment=False, readonly=True)
    tsa_cert = fields.Binary("Time stamper's certificate", attachment=False, readonly=True)

    retired_on = fields.Datetime(
        readonly=True, help="New envelopes have been signed with another one since then."
    )

    _present_uniq = models.UniqueIndex(
        "(company_id) WHERE retired_on IS NULL", "The company already has an authority."
    )

    def init(self):
        self.env.cr.execute(
            SQL(
                """CREATE TABLE IF NOT EXISTS esign_authority_key (
                    authority_id integer NOT NULL
                        REFERENCES esign_authority(id) ON DELETE RESTRICT,
                    purpose varchar NOT NULL,
                    wrapped bytea NOT NULL,
                    PRIMARY KEY (authority_id, purpose))"""
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not is_unlocked(self.env):
            raise AccessError(self.env._("The certificate authority can't be created by hand."))
        return super().create(vals_list)

    def write(self, vals):
        by_hand = [name for name in vals if not name.startswith(self._technical_prefixes)]
        if by_hand and not is_unlocked(self.env):
            raise AccessError(self.env._("The certificate authority can't be changed by hand."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Signed documents depend on this certificate authority."))

    # ------------------------------------------------------------- making
    @api.model
    def _get_for(self, company):
        """Return the authority of ``company``; it comes into being at first use."""
        authority = self._all_of(company).filtered(lambda a: not a.retired_on)[:1]
        return authority or self.sudo()._create_for(company)

    @api.model
    def _all_of(self, company):
        """Return all authorities that ``company`` ever signed with, the present one first."""
        return self.sudo().search([("company_id", "=", company.id)], order="id desc")

    @api.model
    def _create_for(self, company):
        self._hold(company)
        _logger.info("creating the certificate authority of company %s", company.id)
        return self._keep(company, create_authority(company.name, company.country_id.code or None))

    def _hold(self, company):
        """Hold the company's row: the second of two who need the first authority or seal at once
        fails here, runs again, and finds the one that the other has made.
        """
        self.env.cr.execute(
            SQL("UPDATE res_company SET write_date = write_date WHERE id = %s", company.id),
            log_exceptions=False,
        )

    @api.model
    def _keep(self, company, made, **values):
        """Store certificates and keys that were just made."""
        authority = unlocked(self.sudo().with_context(tracking_disable=True)).create(
            {
                "company_id": company.id,
                "organisation": company.name,
                **{f"{p}_cert": base64.b64encode(getattr(made, f"{p}_cert")) for p in PURPOSES},
                **values,
            }
        )
        authority = locked(authority)
        for purpose in PURPOSES:
            wrapped = master_key.wrap(
                self.env, getattr(made, f"{purpose}_key"), authority._key_context(purpose)
            )
            self.env.cr.execute(
                SQL(
                    "INSERT INTO esign_authority_key VALUES (%s, %s, %s)",
                    authority.id,
                    purpose,
                    wrapped,
                )
            )
        return authority

    # ------------------------------------------------------------- using
    def _certificate(self, purpose):
        return base64.b64decode(self.with_context(bin_size=False)[f"{purpose}_cert"])

    def _roots(self):
        return list(dict.fromkeys(authority._certificate("root") for authority in self))

    def _with_keys(self):
        """Return the authorities as the pure parts want them, private keys included."""
        return [
            Authority(
                **{f"{purpose}_cert": authority._certificate(purpose) for purpose in PURPOSES},
                **{f"{purpose}_key": authority._private_key(purpose) for purpose in PURPOSES},
                last_crl=base64.b64decode(authority.last_crl or b""),
            )
            for authority in self
        ]

    def _key_context(self, purpose):
        """A wrapped key opens only in the place it was made for."""
        return f"esign.authority:{self.company_id.id}:{purpose}".encode()

    def _private_key(self, purpose):
        """Return a key, b"" for one that was destroyed."""
        rows = self.env.execute_query(
            SQL(
                "SELECT wrapped FROM esign_authority_key WHERE authority_id = %s AND purpose = %s",
                self.id,
                purpose,
            )
        )
        if not rows:
            return b""
        return master_key.unwrap(self.env, rows[0][0], self._key_context(purpose))

    def _leaf_maker(self, subject):
        """Return a function that makes a signer with a one-time key, which lives in memory alone.

        :param Subject subject: whose certificate it is; see ``esign_seal_method.py``
        """
        self.ensure_one()
        certificate, key = self._certificate("issuing"), self._private_key("issuing")
        root = self._certificate("root")

        def make():
            leaf = issue_leaf(
                certificate,
                key,
                common_name=subject.name,
                email=subject.email,
                evidence=subject.evidence or None,
            )
            return KeptKeySigner.from_leaf(leaf, chain=[certificate, root])

        return make

import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..pades.authority import Authority, create_authority, issue_leaf
from ..pades.signer import KeptKeySigner
from . import master_key

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
    _rec_name = "organisation"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    organisation = fields.Char(required=True, readonly=True)
    root_cert = fields.Binary("Root certificate", attachment=False, readonly=True)
    issuing_cert = fields.Binary("Issuing certificate", attachment=False, readonly=True)
    ocsp_cert = fields.Binary("OCSP responder's certificate", attachment=False, readonly=True)
    tsa_cert = fields.Binary("Time stamper's certificate", attachment=False, readonly=True)

    _company_uniq = models.Constraint("UNIQUE(company_id)", "The company has an authority already.")

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

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The certificate authority can't be changed by hand."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Signed documents depend on this certificate authority."))

    # ------------------------------------------------------------- making
    @api.model
    def _get_for(self, company):
        """Return the authority of ``company``; it comes into being at first use."""
        authority = self._all_of(company)[:1]
        return authority or self.sudo()._create_for(company)

    @api.model
    def _all_of(self, company):
        """Return all authorities that ``company`` ever signed with, the present one first."""
        return self.sudo().search([("company_id", "=", company.id)], order="id desc")

    @api.model
    def _create_for(self, company):
        _logger.info("creating the certificate authority of company %s", company.id)
        made = create_authority(company.name, company.country_id.code or None)
        authority = self.create(
            {
                "company_id": company.id,
                "organisation": company.name,
                **{f"{p}_cert": base64.b64encode(getattr(made, f"{p}_cert")) for p in PURPOSES},
            }
        )
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
        return base64.b64decode(self[f"{purpose}_cert"])

    def _roots(self):
        return [authority._certificate("root") for authority in self]

    def _with_keys(self):
        """Return the authorities as the pure parts want them, private keys included."""
        return [
            Authority(
                **{f"{purpose}_cert": authority._certificate(purpose) for purpose in PURPOSES},
                **{f"{purpose}_key": authority._private_key(purpose) for purpose in PURPOSES},
            )
            for authority in self
        ]

    def _key_context(self, purpose):
        """A wrapped key opens only in the place it was made for."""
        return f"esign.authority:{self.company_id.id}:{purpose}".encode()

    def _private_key(self, purpose):
        rows = self.env.execute_query(
            SQL(
                "SELECT wrapped FROM esign_authority_key WHERE authority_id = %s AND purpose = %s",
                self.id,
                purpose,
            )
        )
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

import hashlib
from dataclasses import dataclass

from odoo import fields, models, tools

from ..pades.stamper import LocalStamper


@dataclass(frozen=True)
class Stamping:
    """Who stamps for a company, the roots of those stamps, and whether it is somebody outside."""

    stamper: object
    roots: tuple
    external: bool = False


class ResCompany(models.Model):
    _inherit = "res.company"

    esign_validity_days = fields.Integer("Days to sign", default=30)
    esign_consent_text = fields.Text("Consent text", translate=True)
    po_esign_approval = fields.Boolean("Approve purchases by signature")
    po_esign_approver_ids = fields.Many2many(
        "res.users",
        "res_company_po_esign_approver_rel",
        "company_id",
        "user_id",
        "Purchasing managers who approve",
        domain="[('share', '=', False)]",
    )

    def _esign_seal(self):
        """Return the seal that this company signs with."""
        self.ensure_one()
        return self.env["esign.seal"]._get_for(self)

    def _esign_stamping(self):
        """Return who stamps for this company: the servers set for it, else our own clock.

        The own clock never steps in where a server fails.
        """
        self.ensure_one()
        if servers := self.env["esign.stamp.server"]._used_by(self):
            return Stamping(servers._as_stamper(), tuple(self._esign_stamp_roots()), True)
        authority = self.env["esign.authority"]._in_use_for(self)
        return Stamping(
            LocalStamper(authority._certificate("tsa"), authority._private_key("tsa")),
            tuple(self._esign_stamp_roots()),
        )

    def _esign_stamper_facts(self):
        """Return what the log keeps on sending about who is to stamp; empty: our own clock."""
        self.ensure_one()
        return [
            {"name": server.name, "host": server._host(), "state": server.state}
            for server in self.env["esign.stamp.server"]._used_by(self)
        ]

    def _esign_stamp_roots(self):
        """Return the roots (DER) of all who ever stamped for this company; makes nothing."""
        self.ensure_one()
        own = self.env["esign.authority"]._all_of(self)._roots()
        return list(dict.fromkeys([*own, *self.env["esign.stamp.server"]._roots_of(self)]))

    def _esign_administrators(self):
        """Return the administrators of signatures who work in this company."""
        self.ensure_one()
        administrators = self.env.ref("odoo_esign.group_esign_admin").sudo().all_user_ids
        return administrators.filtered(
            lambda user: (
                user.active and not user._is_superuser() and self in user.company_ids
            )
        )

    def _esign_stamper(self):
        """Return the stamper alone."""
        return self._esign_stamping().stamper

    def _esign_consent(self):
        """Return title, text, label and version of the consent in the environment's language.

        The version is taken from the text itself, so that no change goes by unnoticed.
        """
        self.ensure_one()
        return dict(
            self._esign_consent_words(self.env.lang, self.name, self.esign_consent_text or "")
        )

    @tools.ormcache("lang", "name", "own_text")
    def _esign_consent_words(self, lang, name, own_text):
        """What somebody who signs waits for is kept, by all that goes into it."""
        title = self.env._("Signing electronically")
        text = own_text or self._esign_default_consent()
        label = self.env._("I have read this and agree to sign electronically.")
        digest = hashlib.sha256("\n".join((title, text, label)).encode()).hexdigest()
        return {
            "title": title,
            "text": text,
            "label": label,
            "version": digest[:16],
            "sha256": digest,
        }

import base64
import logging
from datetime import timedelta

from cryptography import x509

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..pades.authority import LEAF_DAYS, renew_services
from ..pades.revocation import root_crl
from .esign_authority import PURPOSES
from .esign_envelope import OPEN_STATES
from .guard import unlocked

_logger = logging.getLogger(__name__)

# certificates of signatures last a year, and must not be cut short by their issuer's end
RENEW_DAYS = LEAF_DAYS + 180
CAUSES = [
    ("first", "First use"),
    ("services", "Certificates renewed in time, same root"),
    ("end", "The root was about to expire"),
    ("planned", "Reissued by an administrator"),
    ("compromised", "The previous keys may have been stolen"),
]


class EsignAuthority(models.Model):
    """How an authority is replaced, and what becomes of the one before.

    Its certificates stay for ever: what was signed leads to them. Its keys are destroyed as soon
    as no open envelope needs them any more; the root's last list of revoked certificates, which
    renewals of old time stamps need, is made before.
    """

    _inherit = "esign.authority"

    cause = fields.Selection(CAUSES, "Why it was made", readonly=True, default="first")
    reason = fields.Text(readonly=True)
    made_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    replaces_id = fields.Many2one("esign.authority", readonly=True, ondelete="restrict")
    withdrawn = fields.Boolean(
        "Keys may have been stolen",
        readonly=True,
        help="Nothing new should be trusted on the strength of its root alone.",
    )
    last_crl = fields.Binary("Last list of revoked certificates", readonly=True, attachment=False)
    has_keys = fields.Boolean("Keys are kept", compute="_compute_has_keys")
    open_count = fields.Integer("Envelopes in progress", compute="_compute_open_count")

    def _compute_has_keys(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT authority_id FROM esign_authority_key"
                " WHERE authority_id = ANY(%s)",
                self.ids,
            )
        )
        kept = {id_ for (id_,) in rows}
        for authority in self:
            authority.has_keys = authority.id in kept

    def _compute_open_count(self):
        counts = dict(
            self.env["esign.envelope"]
            .sudo()
            ._read_group(
                [("authority_id", "in", self.ids), ("state", "in", OPEN_STATES)],
                ["authority_id"],
                ["__count"],
            )
        )
        for authority in self:
            authority.open_count = counts.get(authority, 0)

    @api.model
    def _in_use_for(self, company):
        """Return the authority to sign with: that of the envelope at hand, else the present one."""
        pinned = self._all_of(company).filtered(
            lambda a: a.id == self.env.context.get("esign_authority")
        )
        if pinned and not pinned.withdrawn and pinned._private_key("issuing"):
            return pinned
        return self._get_for(company)

    def _ends(self, purpose):
        return x509.load_der_x509_certificate(self._certificate(purpose)).not_valid_after_utc

    # ------------------------------------------------------------- replacing
    def _replace(self, cause, reason=None):
        """Put another authority into the place of this one; return it.

        With the cause "services" only the root stays, else nothing does. Envelopes that are under
        way are finished with the one they began with, unless its keys may have been stolen.
        """
        self.ensure_one()
        old = self.sudo()
        old.lock_for_update()
        if old.retired_on:
            raise UserError(self.env._("This authority has already been replaced."))
        company, withdrawn = old.company_id, cause == "compromised"
        [with_keys] = old._with_keys()
        unlocked(old).write(
            {
                "retired_on": fields.Datetime.now(),
                "withdrawn": withdrawn,
                "last_crl": base64.b64encode(root_crl(with_keys)),
            }
        )
        self.env.flush_all()
        values = {"cause": cause, "reason": reason, "replaces_id": old.id, "made_by": self.env.uid}
        if cause == "services":
            code = company.country_id.code or None
            new = self._keep(company, renew_services(with_keys, company.name, code), **values)
        else:
            new = self._create_for(company)
            unlocked(new).write(values)
        if withdrawn:
            # no more certificates and stamps of it; what answers for those made stays a while
            old._destroy("issuing", "tsa")
            self.env["esign.envelope"]._renew_all(company)
        new._tell(old)
        return new

    def _tell(self, old):
        """Log who replaced what, and tell the administrators."""
        _logger.warning(
            "company %s: authority %s replaced by %s (%s), by user %s",
            self.company_id.id,
            old.id,
            self.id,
            self.cause,
            self.env.uid,
        )
        for user in self.company_id._esign_administrators():
            in_words = self.with_context(lang=user.lang or None)
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=in_words.env._("The certificate authority was replaced"),
                note=in_words._advice(old),
            )

    def _advice(self, old):
        if old._certificate("root") == self._certificate("root"):
            return self.env._("The root stayed the same: nobody has to do anything.")
        return self.env._(
            "There is a new root certificate. Anyone who has set a PDF program to trust the "
            "previous one has to do the same with this one; the page /esign/trust explains how."
        )

    # ------------------------------------------------------------- daily
    @api.model
    def _cron_renew(self):
        """Replace what ends soon, and destroy the keys that nothing needs any more."""

        def look_after(authority):
            authority._renew_in_time()
            authority._destroy_if_done()

        self.env["ir.cron"]._esign_each(self.sudo().search([]), look_after)

    def _renew_in_time(self):
        limit = fields.Datetime.now() + timedelta(days=RENEW_DAYS)
        ending = [p for p in PURPOSES if self._ends(p).replace(tzinfo=None) <= limit]
        if self.retired_on or not ending:
            return
        self._replace("end" if "root" in ending else "services")

    def _destroy_if_done(self):
        """Destroy the keys of a former authority that no open envelope was begun with."""
        if not self.retired_on or not self.has_keys:
            return
        waiting = self.env["esign.envelope"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", OPEN_STATES),
                ("authority_id", "in", (self.id, False)),
            ],
            limit=1,
        )
        if not waiting:
            self._destroy(*PURPOSES)

    def _destroy(self, *purposes):
        self.env.cr.execute(
            SQL(
                "DELETE FROM esign_authority_key WHERE authority_id = %s AND purpose IN %s",
                self.id,
                purposes,
            )
        )
        _logger.warning("keys of authority %s destroyed: %s", self.id, ", ".join(purposes))
        self.invalidate_recordset(["has_keys"])

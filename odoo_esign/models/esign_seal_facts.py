from datetime import timedelta

from asn1crypto import x509 as asn1

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..pades.certificates import facts
from ..pades.errors import PadesError
from ..pades.seals.check import load
from ..pades.seals.pem import as_pem, from_pem, read_certificates
from .esign_envelope import OPEN_STATES
from .secret_fields import ADMINISTRATORS, SecretBinary, SecretChar

# so many days before the end of a certificate its administrators are warned, each time once
WARN_DAYS = (30, 7, 1)
# what waits for a seal that can't sign
WAITING_KINDS = ("prepare", "apply", "complete", "certificate", "package", "renew")
NO_FACTS = {
    "certificates": False,
    "subject": False,
    "issuer": False,
    "serial": False,
    "root_name": False,
    "usage": False,
    "valid_from": False,
    "valid_until": False,
    "ends": False,
    "ending_name": False,
}


class EsignSeal(models.Model):
    """What is known of a seal's key and certificate: looked at once, then kept."""

    _inherit = "esign.seal"

    extra_certificates = fields.Text(
        "Additional certificates",
        groups=ADMINISTRATORS,
        help="Certificates of the authorities above, up to the root (PEM), if the key file, token "
        "or provider does not include them.",
    )
    certificates = fields.Text(
        "Certificates (PEM)",
        readonly=True,
        copy=False,
        help="The seal's own certificate and those above it, the root last.",
    )
    earlier_roots = fields.Text(
        readonly=True, copy=False, help="Roots of certificates that this seal had before (PEM)."
    )
    subject = fields.Char("Issued to", readonly=True, copy=False, tracking=True)
    issuer = fields.Char("Issued by", readonly=True, copy=False)
    serial = fields.Char("Serial number", readonly=True, copy=False, tracking=True)
    root_name = fields.Char("Chain ends in", readonly=True, copy=False)
    usage = fields.Char("For", readonly=True, copy=False)
    valid_from = fields.Datetime("Valid from", readonly=True, copy=False)
    valid_until = fields.Datetime("Valid until", readonly=True, copy=False, tracking=True)
    ends = fields.Datetime(
        "Usable until",
        readonly=True,
        copy=False,
        index=True,
        help="When the first certificate of the chain expires.",
    )
    ending_name = fields.Char("First to expire", readonly=True, copy=False)
    problem = fields.Char("What is wrong", readonly=True, copy=False)
    kept_secrets = fields.Char(
        "Kept secrets", compute="_compute_kept_secrets", groups=ADMINISTRATORS
    )
    open_count = fields.Integer("Envelopes in progress", compute="_compute_open_count")

    # ------------------------------------------------------------- reading
    def _certificates(self):
        """Return the DER certificates, the seal's own first and the root last."""
        self.ensure_one()
        return from_pem(self.sudo().certificates)

    def _all_roots(self):
        """Return every root that this seal's signatures lead to, the present one first."""
        self.ensure_one()
        roots = [*self._certificates()[-1:], *from_pem(self.sudo().earlier_roots)]
        return list(dict.fromkeys(roots))

    def _others(self):
        """Return the further certificates that the administrator gave.

        :raise SealRefused: if there are none in the text
        """
        text = self.sudo().extra_certificates
        return read_certificates(text.encode()) if text and text.strip() else []

    def _secret_fields(self):
        kinds = (SecretChar, SecretBinary)
        return [name for name, field in self._fields.items() if isinstance(field, kinds)]

    def _labels(self, names):
        described = self.fields_get(names, ["string"])
        return [described[name]["string"] for name in names if name in described]

    @api.depends("code")
    def _compute_kept_secrets(self):
        for seal in self:
            names = [
                name
                for name in seal._secret_fields()
                if seal._origin and seal._origin._secret_is_set(name)
            ]
            seal.kept_secrets = ", ".join(seal._labels(names))

    def _compute_open_count(self):
        counts = dict(
            self.env["esign.envelope"]
            .sudo()
            ._read_group(
                [("seal_id", "in", self.ids), ("state", "in", OPEN_STATES)],
                ["seal_id"],
                ["__count"],
            )
        )
        for seal in self:
            seal.open_count = counts.get(seal._origin, 0)

    # ------------------------------------------------------------- saving
    @api.model_create_multi
    def create(self, vals_list):
        seals = super().create(vals_list)
        for seal, values in zip(seals, vals_list, strict=True):
            seal._after_change(values)
        return seals

    def write(self, vals):
        for seal in self:
            for name in ("code", "company_id"):
                if name in vals and vals[name] != seal._fields[name].convert_to_write(
                    seal[name], seal
                ):
                    raise UserError(
                        self.env._(
                            "The kind and company of a seal can't be changed, since signed "
                            "documents refer to it. Create a new seal."
                        )
                    )
        result = super().write(vals)
        for seal in self:
            seal._after_change(vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused_only(self):
        used = self.env["esign.envelope"].sudo().search([("seal_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "Envelopes were signed with “%s”: it can be disabled, but not deleted.",
                    used.seal_id.name,
                )
            )

    def _after_change(self, vals):
        """Look at the key again where something of it was changed; a seal in use has to be good."""
        secret = [name for name in self._secret_fields() if name in vals]
        if secret:
            self._note_secrets(secret, vals)
        changed = set(vals) & {*self._method()._settings, "extra_certificates"}
        if self.state != "disabled" and (changed or "state" in vals):
            self._method()._try_again(self)
            self._check_filled()
            self._load_facts()
            self._wake_jobs()
        elif changed:
            self._reset_facts()

    def _note_secrets(self, names, vals):
        """Say in the chatter what was replaced, never by what."""
        given = [name for name in names if vals[name]]
        removed = [name for name in names if not vals[name]]
        _ = self.env._
        if given:
            self.message_post(body=_("Entered: %s.", ", ".join(self._labels(given))))
        if removed:
            self.message_post(body=_("Removed: %s.", ", ".join(self._labels(removed))))

    def _reset_facts(self):
        """What is known of the old key is not true of a new one."""
        self._keep_root()
        self.write({**NO_FACTS, "problem": False, "test_date": False, "test_result": False})
        if self._method()._is_local and not self._missing():
            try:
                self._load_facts()
            except UserError as refusal:
                self.write({"problem": str(refusal)})

    def _missing(self):
        """Return the names of fields that have to be filled before the seal can be used."""
        secret = self._secret_fields()
        return [
            name
            for name in self._method()._required
            if not (self._secret_is_set(name) if name in secret else self.sudo()[name])
        ]

    def _check_filled(self):
        """Make sure that nothing is missing that this kind needs.

        :raise UserError: with the names of what is missing
        """
        missing = self._missing()
        if missing:
            raise UserError(
                self.env._(
                    "The seal “%(seal)s” lacks: %(fields)s.",
                    seal=self.name,
                    fields=", ".join(self.sudo()._labels(missing)),
                )
            )

    # ------------------------------------------------------------- looking
    def _load_facts(self):
        """Look at key and certificate, and keep what they say.

        :raise UserError: if they can't be used
        """
        self.ensure_one()
        try:
            checked = self._method()._inspect(self)
        except PadesError as error:
            raise UserError(self._refusal_words(error)) from error
        ders = [checked.cert_der, *checked.chain] if checked else []
        if ders and (ders != self._certificates() or self.problem):
            self._keep_facts(ders)

    def _keep_facts(self, ders):
        own, ends = facts(ders[0]), {der: load(der).not_valid_after_utc for der in ders}
        first = min(ends, key=ends.get)
        until = ends[first].replace(tzinfo=None)
        loaded = load(ders[0])
        if ders[-1] not in self._all_roots()[:1]:
            self._keep_root()
        self.write(
            {
                "certificates": as_pem(ders),
                "subject": own["subject"],
                "issuer": own["issuer"],
                "serial": own["serial"],
                "root_name": facts(ders[-1])["subject"],
                "usage": self._usage_words(asn1.Certificate.load(ders[0])),
                "valid_from": _naive(loaded.not_valid_before_utc),
                "valid_until": _naive(loaded.not_valid_after_utc),
                "ends": until,
                "ending_name": facts(first)["subject"],
                "problem": False,
            }
        )
        self._forget_warnings(until)

    def _keep_root(self):
        """Remember where the certificate led to that is about to go: signed documents need it."""
        present, earlier = self._certificates()[-1:], from_pem(self.sudo().earlier_roots)
        if present and present[0] not in earlier:
            self.write({"earlier_roots": as_pem([*earlier, *present])})

    def _wake_jobs(self):
        """Take up what waited for this seal, now that it can sign again."""
        jobs = self.env["esign.job"].sudo()
        waiting = jobs.search(
            [
                ("envelope_id.seal_id", "=", self.id),
                ("kind", "in", WAITING_KINDS),
                ("state", "in", ("pending", "attention")),
                ("error", "!=", False),
            ]
        )
        waiting._retry()
        return waiting

    def action_open_envelopes(self):
        """Show the envelopes that are under way with this seal."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Envelopes in progress"),
            "res_model": "esign.envelope",
            "views": [(False, "list"), (False, "form")],
            "domain": [("seal_id", "=", self.id), ("state", "in", OPEN_STATES)],
        }

    # ------------------------------------------------------------- warnings
    def _days_left(self):
        """Return the whole days until the first certificate ends, or None."""
        return (self.ends - fields.Datetime.now()) // timedelta(days=1) if self.ends else None


def _naive(moment):
    return moment.replace(tzinfo=None)

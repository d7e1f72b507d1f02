from contextlib import ExitStack, contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..evidence.chain import evidence_uri
from ..pades.certificates import facts
from ..pades.errors import PadesError, SealRefused
from ..pades.plan import SealPlan
from ..pades.words import _lt
from .esign_seal_method import Subject


class EsignSeal(models.Model):
    """Where a company's signing key lives, and how it signs.

    How is the matter of ``esign.seal.<code>``, see :class:`EsignSealMethod`.
    """

    _name = "esign.seal"
    _description = "Seal"
    _inherit = ["mail.thread", "mail.activity.mixin", "esign.secrets"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    sequence = fields.Integer(default=10, tracking=True)
    code = fields.Selection(
        [("builtin", "Built-in authority")], "Kind", required=True, default="builtin"
    )
    state = fields.Selection(
        [("disabled", "Disabled"), ("test", "Test Mode"), ("enabled", "Enabled")],
        default="disabled",
        required=True,
        copy=False,
        tracking=True,
    )

    # ------------------------------------------------------------- choosing
    @api.model
    def _get_for(self, company):
        """Return the seal that ``company`` signs with; the built-in one if there is none at all.

        :raise UserError: if there are seals, and all are disabled
        """
        seals = self.sudo().search([("company_id", "=", company.id)])
        if not seals:
            return self.sudo()._create_builtin(company)
        usable = seals.filtered(lambda seal: seal.state != "disabled")
        if not usable:
            raise UserError(
                self.env._(
                    "%s has no seal to sign with: enable one under Signatures → Administration "
                    "→ Seals.",
                    company.name,
                )
            )
        enabled = usable.filtered(lambda seal: seal.state == "enabled") or usable
        return enabled[:1]

    @api.model
    def _create_builtin(self, company):
        self.env["esign.authority"]._hold(company)
        return self.create(
            {
                "name": self.env._("Built-in authority"),
                "company_id": company.id,
                "code": "builtin",
                "state": "enabled",
            }
        )

    # ------------------------------------------------------------- using
    def _method(self):
        self.ensure_one()
        return self.env[f"esign.seal.{self.code}"]

    def _check_usable(self):
        """Make sure that the seal can sign now.

        :raise UserError: in words for the sender, if it is disabled, expired or not complete
        """
        self.ensure_one()
        if self.state == "disabled":
            raise UserError(self.env._("The seal “%s” is disabled.", self.name))
        self._method()._check(self)

    def _plan(self, name, email, *, count, head):
        """Return how a person's signature is made, bound to the log as it stands.

        :raise UserError: if the seal can't sign now; the job then waits
        """
        return self._make_plan(Subject(name, email or None, _uri(count, head)))

    def _company_plan(self, *, count, head):
        """The same for a signature in the company's own name."""
        return self._make_plan(Subject(self.company_id.name, None, _uri(count, head), True))

    def _make_plan(self, subject):
        self._check_usable()
        return self._build_plan(subject)

    def _build_plan(self, subject):
        """Return how signatures are made, whether the seal is enabled or not."""
        self.ensure_one()
        method, company = self._method(), self.company_id
        stamping = company._esign_stamping()
        return SealPlan(
            open=_opening_in_words(method._opener(self, subject)),
            stamper=stamping.stamper,
            authorities=tuple(self.env["esign.authority"]._all_of(company)._with_keys()),
            roots=tuple(method._roots(self)),
            stamp_roots=tuple(stamping.roots),
            gather=method._gatherer(self, stamping),
            evidence=subject.evidence,
            contact=None if method._binds_evidence else subject.evidence or None,
        )


def _opening_in_words(opener):
    """Whatever goes wrong with a key: its text is not kept, it might hold a secret."""

    @contextmanager
    def opened():
        with ExitStack() as stack:
            try:
                signer = stack.enter_context(opener())
            except PadesError:
                raise
            except Exception as error:
                kind = type(error).__name__
                text = _lt("the seal's key can't be opened (%(kind)s)", kind=kind)
                raise SealRefused(text) from None
            yield signer

    return opened


def _uri(count, head):
    return evidence_uri(count, head) if head else ""


def seal_facts(plan, sealed):
    """Return what the log keeps about a signature that was just made by ``plan``."""
    certificate = {**facts(sealed.cert_der), "evidence": plan.evidence}
    return {**stamp_facts(plan, sealed), "certificate": certificate}


def stamp_facts(plan, sealed):
    """Return what the log keeps about a time stamp; ``stamper`` is '' for the built-in one."""
    return {
        "sha256": sealed.sha256,
        "byte_range": list(sealed.byte_range),
        "certificate": facts(sealed.cert_der),
        "stamper": plan.stamped_by,
    }


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    seal_id = fields.Many2one(
        "esign.seal",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What the company's and the participants' signatures are made with.",
    )

    def _company_plan(self):
        """Return how the company signs, bound to the log as it stands."""
        self.ensure_one()
        return self._used_seal()._company_plan(count=self.evidence_count, head=self.evidence_head)

    def _plan_for(self, name, email):
        """Return how a participant's signature is made, bound to the log as it stands."""
        self.ensure_one()
        return self._used_seal()._plan(
            name, email, count=self.evidence_count, head=self.evidence_head
        )

    def _used_seal(self):
        """Return the seal that was chosen on sending; older envelopes have none yet."""
        return self.sudo().seal_id or self.company_id._esign_seal()

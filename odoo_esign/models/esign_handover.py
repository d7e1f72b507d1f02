import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .plain_text import isolated

HAND_WITHIN = timedelta(minutes=10)
GOOD_FOR = timedelta(hours=1)
HAND_COOKIE = "esign_hand_"


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class EsignHandover(models.Model):
    """A device that a user hands to a participant, for an hour.

    The user presses a button, and gets an address that works once, for ten minutes, in that very
    user's session. Using it ends this session: from then on the browser knows the participant
    alone, by a cookie of which the hash is kept here.
    """

    _name = "esign.handover"
    _description = "Device Handed to a Participant"
    _log_access = False

    signer_id = fields.Many2one("esign.signer", required=True, index=True, ondelete="cascade")
    host_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    token_sha256 = fields.Char(required=True, index=True)
    session_sha256 = fields.Char(index="btree_not_null")
    date_made = fields.Datetime(required=True, default=fields.Datetime.now)
    date_handed = fields.Datetime()

    @api.model
    def _prepare(self, signer, host):
        """Return the secret of a new hand-over."""
        token = secrets.token_urlsafe(32)
        self.create({"signer_id": signer.id, "host_id": host.id, "token_sha256": _sha256(token)})
        return token

    @api.model
    def _find_open(self, token, user):
        """Return the hand-over that ``user`` has prepared and not done yet, or nothing."""
        digest = self.env["esign.signer"]._digest_of_link(token)
        if not digest:
            return self.browse()
        found = self.search(
            [
                ("token_sha256", "=", digest),
                ("host_id", "=", user.id),
                ("date_handed", "=", False),
                ("date_made", ">", fields.Datetime.now() - HAND_WITHIN),
            ],
            limit=1,
        )
        # what has changed since the button was pressed counts
        return found if found and found.signer_id._why_not_here(user) is None else self.browse()

    def _hand(self):
        """Hand the device over, once; return the secret for the participant's cookie, or None."""
        self.ensure_one()
        session = secrets.token_urlsafe(32)
        self.env.cr.execute(
            SQL(
                """UPDATE esign_handover SET date_handed = %s, session_sha256 = %s
                    WHERE id = %s AND date_handed IS NULL RETURNING id""",
                fields.Datetime.now(),
                _sha256(session),
                self.id,
            ),
            log_exceptions=False,
        )
        done = bool(self.env.cr.fetchone())
        self.invalidate_recordset()
        if not done:
            return None
        signer = self.signer_id
        signer.envelope_id._log("handed_device", signer._evidence_facts(), actor=self.host_id)
        return session

    @api.model
    def _find_for(self, signer, session):
        """Return the hand-over that this cookie stands for, if it still does."""
        if not session or not session.isascii():
            return self.browse()
        return self.search(
            [
                ("signer_id", "=", signer.id),
                ("session_sha256", "=", _sha256(session)),
                ("date_handed", ">", fields.Datetime.now() - GOOD_FOR),
            ],
            limit=1,
        )

    @api.model
    def _end_sessions(self, sessions):
        """End the sessions that these cookies stand for: the device is handed to somebody else."""
        digests = [_sha256(session) for session in sessions if session.isascii()]
        handovers = self.search([("session_sha256", "in", digests)])
        handovers.write({"session_sha256": False})

    @api.autovacuum
    def _gc_handovers(self):
        old = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("date_made", "<", old)], limit=10_000).unlink()


class EsignSigner(models.Model):
    """Signing in person, on the device of the user who sits there."""

    _inherit = "esign.signer"

    may_sign_here = fields.Boolean(compute="_compute_may_sign_here")

    @api.depends_context("uid")
    @api.depends("state", "envelope_id.state")
    def _compute_may_sign_here(self):
        for signer in self:
            signer.may_sign_here = signer._why_not_here(self.env.user) is None

    def _why_not_here(self, host):
        """Return why ``host`` can't hand the device to this participant, or None."""
        self.ensure_one()
        _ = self.env._
        signer = self.sudo()
        if not signer.company_id.esign_in_person:
            return _("Signing in person is not enabled in your company.")
        if signer.user_id == host:
            return _("Sign your own part with “Read and sign”.")
        if "login" in signer._identification_codes():
            return _("%s has to log in on a device of their own.", signer.name)
        if not signer._can_act():
            return _("%s doesn't have anything to do right now.", signer.name)
        if not host._esign_may("write", signer.envelope_id):
            return _("Only the person responsible for the envelope can do this.")
        return None

    def action_sign_here(self):
        """Lead to the page on which the device is handed over."""
        self.ensure_one()
        self.envelope_id.check_access("write")
        refusal = self._why_not_here(self.env.user)
        if refusal:
            raise UserError(refusal)
        token = self.env["esign.handover"].sudo()._prepare(self, self.env.user)
        return {"type": "ir.actions.act_url", "url": f"/esign/hand/{token}", "target": "self"}

    # ------------------------------------------------------------- with the device in hand
    def _hand_cookie_name(self):
        return f"{HAND_COOKIE}{self.access_ref}"

    def _host(self):
        """Return who handed over the device that this participant uses now, if anybody."""
        return self.env["res.users"].sudo().browse(self.env.context.get("esign_host_id"))

    def _in_person_facts(self):
        host = self._host()
        return {"host_id": host.id} if host else {}

    def _way_back(self):
        """Return where the host logs in again, to go on at the envelope; None on other devices."""
        host = self._host()
        if not host:
            return None
        return {
            "url": f"/web/login?redirect=/odoo/signatures/{self.envelope_id.id}",
            "label": self.env._("I am %s", host.name),
            "hint": self.env._("Give the device back to %s", isolated(host.name)),
        }

    def _signing_page(self, csrf_token):
        return {**super()._signing_page(csrf_token), "way_back": self._way_back()}

    def _done_page(self):
        """Nothing leads on from here but the way back to the host."""
        done = super()._done_page()
        return self._with_way_back(done) if self.state == "signed" else done

    def _with_way_back(self, done):
        """Ask for the device, and say where its owner logs in again."""
        host, way_back = self._host(), self._way_back()
        if way_back:
            done["message"] += " " + self.env._("Please give the device back to %s.", host.name)
            done.update(next_url=way_back["url"], next_label=way_back["label"])
        return done

    def _decline(self, reason, network):
        return self._leaving(super()._decline(reason, network))

    def _delegate(self, request, network):
        return self._leaving(super()._delegate(request, network))

    def _leaving(self, answer):
        """Lead the host on too where somebody leaves without signing."""
        if not answer["ok"] or not self._host():
            return answer
        done = self._with_way_back({"message": answer["message"]})
        return {**answer, "message": done["message"], "done": done}


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    host_id = fields.Many2one(
        "res.users",
        "In the presence of",
        ondelete="restrict",
        readonly=True,
        help="Who handed over the device on which this was signed in person",
    )


class ResCompany(models.Model):
    _inherit = "res.company"

    esign_in_person = fields.Boolean("Sign in person", default=True)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    esign_in_person = fields.Boolean(
        related="company_id.esign_in_person", readonly=False, string="Sign in person"
    )


class IdentificationInPerson(models.AbstractModel):
    """No choice of the sender's: how somebody was identified to whom a user handed the device."""

    _name = "esign.identification.in_person"
    _description = "Identification: in Person"
    _inherit = "esign.identification"

    _asks = False

    def _done_words(self, signature):
        return self.env._(
            "in person, on a device that %s handed over", signature.host_id.sudo().name or ""
        )

    def _condition_words(self, signature):
        return self.env._("was handed the device by %s", signature.host_id.sudo().name or "")

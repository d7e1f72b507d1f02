from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .esign_job import ASKING
from .esign_signer import MAX_NAME
from .esign_signer_consent import MAX_REASON
from .guard import unlocked
from .plain_text import clean, one_line
from .printable import why_unprintable

PERSON = ("partner_id", "name", "email", "phone", "lang")
CHANGEABLE = (*PERSON, "user_id", "invite_by", "identification", "second_identification")


def _is_reachable(email):
    """Tell whether this can be an address anywhere; with a slip nobody would get the link."""
    _box, _at, domain = (email_normalize(email) or "").rpartition("@")
    return "." in domain.strip(".")


class EsignSigner(models.Model):
    """Somebody else takes a participant's place, or an address is put right.

    The place in the documents stays the same: it was frozen and certified. Who stood there
    before stays in the log, and in ``predecessors``.
    """

    _inherit = "esign.signer"

    predecessors = fields.Json(readonly=True, copy=False)
    in_place_of = fields.Char(compute="_compute_in_place_of", help="Who was asked before")

    @api.depends("predecessors")
    def _compute_in_place_of(self):
        for signer in self:
            people = [person.get("name") or "" for person in signer.predecessors or []]
            signer.in_place_of = " → ".join(people) or False

    def _handed_on_by(self):
        """Return who has named this participant, if the one before did that and not the sender."""
        last = (self.predecessors or [{}])[-1]
        return last["name"] if last and last.get("by") == last.get("name") else None

    # ------------------------------------------------------------- by the sender
    def _check_changeable(self):
        self.ensure_one()
        why = self._why_not_changeable()
        if why:
            raise UserError(why)

    def _why_not_changeable(self):
        """Return why the sender can't change this participant any more, or None."""
        _ = self.env._
        said = {
            "signed": _(
                "%s has already signed, so this person can no longer be changed.", self.name
            )
            if self.action == "sign"
            else _("%s has already approved, so this person can no longer be changed.", self.name),
            "declined": _("%s has declined: nobody else can be asked instead.", self.name),
            "released": _("%s is no longer needed: others have signed.", self.name),
        }.get(self.state)
        envelope = self.envelope_id
        if not said and envelope.state == "expired":
            return _("“%s” has expired: reopen it first.", envelope.name)
        if not said and envelope.state not in ("preparing", "sent"):
            return _("“%s” is not out for signature.", envelope.name)
        return said

    def _change_by_sender(self, values, reason):
        """Put a participant's address right, or ask another person instead.

        :param dict values: of the fields in ``CHANGEABLE``, and ``access_code_digest``
        :raise UserError: if the participant has acted already, or can't be reached so
        """
        self._check_changeable()
        self.envelope_id.check_access("write")
        signer = self.sudo()
        signer.envelope_id._lock()
        signer._check_changeable()
        if not signer._is_changed_by(values):
            raise UserError(self.env._("Nothing was changed: the link already sent stays valid."))
        other = email_normalize(values.get("email") or "") != email_normalize(signer.email or "")
        renamed = (values.get("name") or "") != signer.name
        before = signer._change(values, by=self.env.user.name if renamed and other else None)
        signer._check_reachable()
        signer.envelope_id._log(
            "reassigned" if renamed and other else "corrected",
            {**signer._evidence_facts(), "before": before, "reason": clean(reason, MAX_REASON)},
            actor=self.env.user,
        )
        signer._ask_anew(by_another=renamed and other)

    def _is_changed_by(self, values):
        known = {name: values[name] for name in CHANGEABLE if name in values}
        now = self.read(list(known), load=None)[0]
        return bool(values.get("access_code_digest")) or any(
            (value or False) != (now[name] or False) for name, value in known.items()
        )

    def _change(self, values, by=None):
        """Write the new person; return who stood there before, as the log tells it."""
        before = {
            "name": self.name,
            "email": self.email or "",
            "phone": self.phone or "",
            "identification": "+".join(self._identification_codes()),
        }
        self._check_new_texts(values)
        self._done_activities()
        known = {name: values[name] for name in CHANGEABLE if name in values}
        if by is not None:
            known["predecessors"] = [*(self.predecessors or []), {"name": self.name, "by": by}]
        unlocked(self).write(known)
        if values.get("access_code_digest"):
            unlocked(self).write({"access_code_digest": values["access_code_digest"]})
        return before

    def _check_new_texts(self, values):
        name = values["name"] = one_line(values.get("name"))
        if not name:
            raise UserError(self.env._("Please enter a name."))
        self.env["esign.envelope"]._check_text(self.env._("Name"), name, MAX_NAME)

    def _ask_anew(self, by_another=False):
        """Let go of the link and the codes of before; invite the new person if it is their turn.

        :param bool by_another: it is another person now, who was not sent anything yet
        """
        values = {"token_sha256": False, "code_tries": 0, "date_opened": False}
        if by_another:
            values["date_mailed"] = False
        unlocked(self).write(values)
        if by_another:
            self._hand_on_links()
        self.env["esign.code"].sudo().search([("signer_id", "=", self.id)]).unlink()
        self._forget_failures()
        if self.date_invited and self.envelope_id.state == "sent":
            unlocked(self).write({"invite_count": self.invite_count + 1})
            self.env["esign.job"]._enqueue(
                "invite", self.envelope_id, signer=self, turn=self.invite_count
            )
            self._notify_user()

    def _told_of_change(self):
        """Return the action that closes the dialog and says what follows."""
        if self.date_invited and self.envelope_id.state == "sent":
            text = self.env._(
                "A new link is being sent to %s; the previous one no longer works.", self.name
            )
        else:
            text = self.env._("Changed. %s will get a link when it is their turn.", self.name)
        action = self._told(text)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _forget_failures(self):
        """Drop what could not be sent to the address of before, or in the way of before."""
        self.env["esign.job"].sudo().search([("signer_id", "=", self.id)])._drop(ASKING)

    def action_change(self):
        """Open the dialog to put a participant right, or to ask somebody else."""
        self.ensure_one()
        self._check_changeable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change %s", self.name),
            "res_model": "esign.signer.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_signer_id": self.id},
        }

    # ------------------------------------------------------------- by the participant
    def _why_no_delegation(self):
        """Return why this participant may not hand the request on, or None."""
        if not self.envelope_id.allow_delegation:
            return self.env._("The sender wants you to do this yourself.")
        if "login" in self._identification_codes() or "access_code" in self._identification_codes():
            return self.env._(
                "The way you are identified can't be passed on to someone else. Please ask %s.",
                self.envelope_id.user_id.sudo().name,
            )
        return None

    def _delegation_page(self):
        """Return what the page asks for to hand the request on, or None if that is not allowed."""
        if self.action not in ("sign", "approve") or self._why_no_delegation():
            return None
        return {"asks_phone": "sms_code" in self._identification_codes()}

    def _delegate(self, request, network):
        """Let another person act in this participant's place; return the page's answer.

        :param dict request: name, email, phone and reason, as the page sent them
        """
        self.ensure_one()
        refusal = self._delegation_refusal()
        if refusal:
            return refusal
        values = {key: one_line(request.get(key), MAX_NAME) for key in ("name", "email", "phone")}
        reason = clean(request.get("reason"), MAX_REASON)
        problem = self._why_bad_delegate(values, reason)
        if problem:
            return self._failure("invalid", problem)
        self.envelope_id._lock()
        refusal = self._delegation_refusal()
        if refusal:
            return refusal
        by = self._evidence_facts()
        values.update(
            # who acts for a company is that company's; nobody logs in as the one before
            partner_id=self.partner_id.commercial_partner_id.id,
            user_id=False,
            email=email_normalize(values["email"]),
            phone=values["phone"] or False,
            # that address is known of everybody who is asked so, a number is not
            invite_by="mail",
        )
        self._change(values, by=self.name)
        self._tell_delegation(by, reason, network)
        self._ask_anew(by_another=True)
        message = self.env._(
            "%s will get an email now. You don't need to do anything else.", self.name
        )
        return {"ok": True, "state": "delegated", "message": message}

    def _tell_delegation(self, by, reason, network):
        """Log who hands on to whom, and tell the sender; ``by`` are the facts of the former."""
        self.envelope_id._log(
            "delegated",
            {
                **by,
                "to_name": self.name,
                "to_email": self.email,
                "reason": reason,
                "ip_address": network["ip_address"],
                "user_agent": network["user_agent"],
                "identified_by": network["identification"],
            },
            actor=self,
        )
        self.envelope_id._tell_responsible(
            lambda _: (
                _(
                    "%(name)s has asked %(other)s (%(email)s) to act instead: %(reason)s",
                    name=by["name"],
                    other=self.name,
                    email=self.email,
                    reason=reason,
                ),
                _(
                    "%(name)s has asked someone else: %(subject)s",
                    name=by["name"],
                    subject=self.envelope_id.name,
                ),
            )
        )

    def _delegation_refusal(self):
        refusal = self._refusal()
        if refusal:
            return refusal
        why = self._why_no_delegation()
        return self._failure("invalid", why) if why else None

    def _why_bad_delegate(self, values, reason):
        """Return the sentence about what is missing, or None."""
        _ = self.env._
        if not values["name"] or not values["email"]:
            return _("Please enter the name and the email address of the other person.")
        if not _is_reachable(values["email"]):
            return _("This email address is not complete. Please check it.")
        if email_normalize(values["email"]) == email_normalize(self.email or ""):
            return _("This is your own address.")
        if not reason:
            return _("Please say why: it helps the sender.")
        if email_normalize(values["email"]) in self.envelope_id._senders_addresses():
            return _("The sender can't sign in your place.")
        if email_normalize(values["email"]) in self._addresses_of_group():
            return _(
                "This person has been asked as well, and can't act for two. Please name someone "
                "else."
            )
        problem = why_unprintable(self.env, values["name"])
        if problem:
            return problem
        if "sms_code" in self._identification_codes():
            probe = self.new({"phone": values["phone"], "envelope_id": self.envelope_id.id})
            if not self._identification_method("sms_code")._address(probe):
                return _("Please enter the phone number of the other person, for a code by SMS.")
        return None

    def _addresses_of_group(self):
        """Return the addresses of the others of the group: of whom several people have to act."""
        others = self._group() - self
        return {email_normalize(other.email or "") for other in others} - {False}


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    allow_delegation = fields.Boolean(
        "Allow delegation", help="Participants may ask someone else to act in their place."
    )
    decline_policy = fields.Selection(
        [("end", "Everything stops"), ("participant", "The others continue")],
        "If someone declines",
        required=True,
        default="end",
    )

    def _outlives_refusals(self):
        """Tell whether it goes on when a participant declines, as the sender has set."""
        self.ensure_one()
        return self.decline_policy == "participant"

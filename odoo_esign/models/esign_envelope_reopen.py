from odoo import fields, models
from odoo.exceptions import UserError

from .guard import unlocked


class EsignEnvelope(models.Model):
    """An envelope whose time has run out comes back to life with another deadline.

    Whoever has signed has signed; who still has to act gets a mail, and the links of before open
    again. The log tells both: that it expired, and that it was re-opened.
    """

    _inherit = "esign.envelope"

    def _rest_links(self):
        """Links open nothing when the time is over, and are kept in case there is more of it."""
        linked = self.signer_ids.filtered("token_sha256")
        unlocked(linked).write({"token_expiry": self.date_deadline})
        self.signer_ids._done_activities()
        self.env["esign.job"]._drop_pending(self)

    def _reopen(self, deadline):
        """Give expired envelopes until ``deadline``.

        :raise UserError: if one is not expired, or can't be signed any more for another reason
        """
        self.check_access("write")
        for envelope in self.sudo():
            record = envelope._record()
            if record is not None and hasattr(record, "_esign_hold"):
                record._esign_hold()
            envelope._lock()
            envelope._check_reopening(deadline)
            before = envelope.date_deadline
            envelope._update_state("sent", date_deadline=deadline)
            envelope._log(
                "reopened",
                {
                    "from": fields.Datetime.to_string(before) or "",
                    "to": fields.Datetime.to_string(deadline),
                },
                actor=self.env.user,
            )
            envelope._wake_links()
            envelope._after_act()

    def _check_reopening(self, deadline):
        if self.state != "expired":
            raise UserError(self.env._("“%s” has not expired.", self.name))
        if deadline <= fields.Datetime.now():
            raise UserError(self.env._("The deadline must be in the future."))
        why = self._why_not_reopened()
        if why:
            raise UserError(why)
        self.seal_id._check_usable()

    def _why_not_reopened(self):
        """Return what has happened since it expired that signing can't go on with, or None."""
        _ = self.env._
        if not self.date_sent:
            return _(
                "“%s” can't be reopened: its documents could not be prepared in time, and it was "
                "never sent. Send a new envelope.",
                self.name,
            )
        if not self._record_acceptable():
            return _(
                "“%s” can't be reopened: the record has changed since, or can no longer be agreed "
                "to. Send the current version instead.",
                self.name,
            )
        if self.authority_id.retired_on and not self.authority_id.has_keys:
            return _(
                "“%s” can't be reopened: the keys it was started with have since been replaced and "
                "destroyed. Send a new envelope.",
                self.name,
            )
        record = self._record()
        if record is not None and hasattr(record, "_esign_why_not_reopened"):
            return record._esign_why_not_reopened(self)
        return None

    def _wake_links(self):
        """Open the links again, take up what was left undone, tell those who still have to act."""
        linked = self.signer_ids.filtered("token_sha256")
        unlocked(linked).write({"token_expiry": self.date_deadline})
        # a signature whose mark was not in the document yet when the time ran out
        self.job_ids.filtered(lambda j: j.kind == "apply" and j.state == "dropped")._retry()
        for signer in self.signer_ids.filtered(lambda s: s._waits_for_reopening()):
            told = bool(signer.date_mailed)
            unlocked(signer).write(
                {
                    "invite_count": signer.invite_count + 1,
                    "reminder_count": 0,
                    "date_reminded": False,
                    "last_called": False,
                }
            )
            self.env["esign.job"]._enqueue(
                "reopened" if told else "invite", self, signer=signer, turn=signer.invite_count
            )
            signer._notify_user()


class EsignSigner(models.Model):
    _inherit = "esign.signer"

    def _waits_for_reopening(self):
        """Tell whether this participant was asked to do something, and has not done it."""
        done = self._is_over() or (self.action == "view" and self.state == "opened")
        return bool(self.date_invited) and not done


class EsignJob(models.Model):
    """Tell that there is more time; the link is a new one, and those of before open again too."""

    _inherit = "esign.job"

    def _read_reopened(self):
        signer = self.signer_id
        if self.envelope_id.state != "sent" or not signer._waits_for_reopening():
            return None
        if signer.identification == "login":
            return signer._page_path()
        # one that an earlier version has closed has no link any more
        token = signer._offer_link() if signer.token_sha256 else signer._new_token()
        return f"/esign/s/{token}"

    def _send_reopened(self, path):
        signer = self.signer_id
        if path is None or self.envelope_id.state != "sent" or signer._is_over():
            return None
        return signer._send_link(
            path, "odoo_esign.mail_template_reopened", "odoo_esign.sms_template_reopened"
        )

    def _write_reopened(self, facts):
        if not facts:
            return None
        self.signer_id._keep_offered_link()
        return self._write_invite(facts)

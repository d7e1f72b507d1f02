from odoo import fields, models

from .esign_job import JobRefused
from .guard import unlocked


class EsignJobInvite(models.Model):
    """Mail the invitation. The link exists in the mail alone."""

    _inherit = "esign.job"

    def _still_wanted(self):
        """Viewers are shown the document also when everybody has signed meanwhile."""
        states = ("sent", "signed", "completed") if self.signer_id.action == "view" else ("sent",)
        return self.envelope_id.state in states and not self.signer_id._is_over()

    def _read_invite(self):
        """Make a new link, in a transaction of its own: it is valid before the mail is out."""
        signer = self.signer_id
        if not self._still_wanted():
            return None
        if signer.identification == "login":
            return signer._page_path()
        return f"/esign/s/{signer._new_token()}"

    def _send_invite(self, path):
        """Send the link; return what the log says, or None if nothing went out."""
        if path is None or not self._still_wanted():
            return None
        return self.signer_id._send_link(
            path, "odoo_esign.mail_template_invite", "odoo_esign.sms_template_invite"
        )

    def _write_invite(self, facts):
        if not facts:
            return None
        signer = self.signer_id
        envelope = signer.envelope_id
        again = bool(signer.date_mailed)
        failures = facts.pop("failures")
        unlocked(signer).write({"date_mailed": fields.Datetime.now()})
        envelope._log("resent" if again else "invited", {**signer._evidence_facts(), **facts})
        envelope.message_post(
            body=self.env._("An invitation to sign was sent to %s.", signer.name)
            if signer.action == "sign"
            else self.env._("An invitation was sent to %s.", signer.name),
            subtype_xmlid="mail.mt_note",
        )
        return JobRefused("\n".join(failures)) if failures else None

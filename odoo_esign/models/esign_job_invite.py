from odoo import fields, models

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
        """Mail the link; return whether it went out.

        Who logs in and has no mail address finds the activity.
        """
        if path is None or not self._still_wanted() or not self.signer_id.email:
            return False
        url = self.envelope_id.get_base_url() + path
        self.signer_id._send_private_mail("odoo_esign.mail_template_invite", esign_url=url)
        return True

    def _write_invite(self, sent):
        if not sent:
            return
        signer = self.signer_id
        envelope = signer.envelope_id
        again = bool(signer.date_mailed)
        unlocked(signer).write({"date_mailed": fields.Datetime.now()})
        envelope._log("resent" if again else "invited", signer._evidence_facts())
        envelope.message_post(
            body=self.env._("An invitation to sign was sent to %s.", signer.name)
            if signer.action == "sign"
            else self.env._("An invitation was sent to %s.", signer.name),
            subtype_xmlid="mail.mt_note",
        )

from odoo import api, fields, models


class EsignJobPost(models.Model):
    """Note what a mail server or an SMS provider says about what went out."""

    _inherit = "esign.job"

    kind = fields.Selection(
        selection_add=[("returned", "Record the mail server's answer")],
        ondelete={"returned": "cascade"},
    )

    def _write_returned(self, _result):
        """Log it; where a mail came back, the sender has to do something."""
        number = self.key.rpartition(":")[2].partition("-")[0]
        post = self.env["esign.post"].browse(int(number)).exists()
        if not post:
            return
        envelope, signer = self.envelope_id, self.signer_id
        if post.outcome == "received":
            envelope._log("received", post._facts())
            return
        envelope._log("bounced", post._facts())
        text = self.env["esign.event"]._bounced_text(post._facts())
        waited_for = envelope.state in ("sent", "signed") and not signer._is_over()
        if waited_for and post._is_newest():
            signer._has_problem(text)
        elif post.kind in ("signed_copy", "declined", "cancelled"):
            envelope._tell_responsible(
                lambda _: (text, _("Email bounced: %s", envelope.name)),
            )


class EsignEvent(models.Model):
    _inherit = "esign.event"

    @api.model
    def _bounced_text(self, facts):
        """Return the sentence of the log about what came back, in the language of the reader."""
        return self._sentence_of("bounced", facts)

    def _bounce_words(self, facts):
        """Return why a mail or SMS came back: in words where the status tells, else as written."""
        status, said = str(facts.get("status") or ""), str(facts.get("reason") or "")
        if facts.get("channel") == "sms":
            sms = self.env["sms.sms"]._fields["failure_type"]._description_selection(self.env)
            return dict(sms).get(said, said) or self.env._("the provider gives no reason")
        detail = ".".join(status.split(".")[1:])
        words = {
            "1.1": self.env._("the address does not exist"),
            "1.2": self.env._("there is no such mail server"),
            "1.3": self.env._("it is not a valid address"),
            "1.6": self.env._("the mailbox has moved"),
            "1.10": self.env._("that domain does not accept email"),
            "2.1": self.env._("the mailbox is disabled"),
            "2.2": self.env._("the mailbox is full"),
            "2.3": self.env._("the email is too big for the mailbox"),
            "4.1": self.env._("the mail server does not answer"),
            "4.4": self.env._("there is no such mail server"),
            "4.7": self.env._("the mail server did not accept it for days"),
            "7.1": self.env._("the mail server refuses it"),
        }.get(detail)
        if words:
            return f"{words} ({status})"
        return said or status or self.env._("the mail server gives no reason")

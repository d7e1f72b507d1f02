import hashlib
from datetime import timedelta

from odoo import api, fields, models

from .delivery_report import quoted_ids, read_report
from .mail_message import redact

KEPT_FOR = timedelta(days=90)
CODES = ("code",)


class EsignPost(models.Model):
    """A mail or SMS that went out to a participant, so that what its server answers finds them.

    Nothing of its text is kept, and of its Message-Id (of an SMS: the provider's number) a hash.
    """

    _name = "esign.post"
    _description = "Email or SMS to a Participant"
    _order = "id desc"
    _log_access = False

    signer_id = fields.Many2one("esign.signer", required=True, index=True, ondelete="cascade")
    kind = fields.Char(required=True, help="The template: invite, code, signed_copy, …")
    channel = fields.Selection([("mail", "Email"), ("sms", "SMS")], required=True)
    address = fields.Char(required=True)
    number_sha256 = fields.Char(required=True, index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    outcome = fields.Selection([("received", "Delivered"), ("bounced", "Bounced")])
    status = fields.Char("Status (RFC 3463)")
    reason = fields.Char()

    # ------------------------------------------------------------- going out
    @api.model
    def _note(self, signer, channel, kind, number, address):
        """Keep that something went out; ``number`` is what an answer to it will name."""
        return self.sudo().create(
            {
                "signer_id": signer.id,
                "kind": kind,
                "channel": channel,
                "address": address or "",
                "number_sha256": _sha256(number),
            }
        )

    # ------------------------------------------------------------- coming back
    @api.model
    def _note_mail_answer(self, message, parsed):
        """Find what a mail server writes about, and note it.

        :param message: the incoming ``EmailMessage``
        :param dict parsed: what ``message_parse`` made of it
        """
        numbers = [*(parsed.get("bounced_msg_ids") or ()), *quoted_ids(message)]
        posts = self._find("mail", numbers)
        report = posts and read_report(message)
        if report:
            posts._answered(report.outcome, report.status, report.reason)

    @api.model
    def _find(self, channel, numbers):
        hashes = [_sha256(number) for number in numbers]
        if not hashes:
            return self.sudo().browse()
        return self.sudo().search([("channel", "=", channel), ("number_sha256", "in", hashes)])

    def _answered(self, outcome, status="", reason=""):
        """Keep what became of it, and queue the rest: the log is written by a job.

        So that the incoming mail is never lost to another transaction that was faster.
        """
        for post in self.filtered(lambda p: p.outcome not in (outcome, "bounced")):
            post.write({"outcome": outcome, "status": status, "reason": redact(reason)})
            signer = post.signer_id
            self.env["esign.job"]._enqueue(
                "returned", signer.envelope_id, signer=signer, turn=f"{post.id}-{outcome}"
            )

    def _facts(self):
        """Return what the log says about it."""
        self.ensure_one()
        signer = self.signer_id
        facts = {
            **signer._evidence_facts(),
            "mail": self.kind,
            "channel": self.channel,
            "message_sha256": self.number_sha256,
        }
        if self.channel == "mail":
            facts["email"] = self.address  # the one of then
        else:
            facts["address"] = self.address
        if self.outcome == "bounced":
            facts.update(status=self.status or "", reason=self.reason or "")
        return facts

    def _is_newest(self):
        """Tell whether nothing went out after it, and the address is still this one."""
        self.ensure_one()
        later = [("signer_id", "=", self.signer_id.id), ("id", ">", self.id)]
        same = [("channel", "=", self.channel), ("kind", "not in", CODES)]
        moved = self.channel == "mail" and self.address != self.signer_id.email
        return not moved and not self.search_count(later + same, limit=1)

    @api.autovacuum
    def _gc_posts(self):
        old = fields.Datetime.now() - KEPT_FOR
        self.sudo().search([("date", "<", old)], limit=10_000).unlink()


def _sha256(number):
    return hashlib.sha256(str(number).strip().encode()).hexdigest()

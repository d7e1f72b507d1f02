from odoo import api, fields, models
from odoo.tools import format_date

CHANGED = "odoo_esign.waiting"
MOST_SHOWN = 50
# what moves somebody's turn; `user_id`: to another person
_TURN = frozenset(
    {"date_invited", "date_signed", "date_declined", "date_released", "date_opened", "user_id"}
)


class EsignSigner(models.Model):
    """What waits for a user of this system, whatever that user's groups: being asked is enough."""

    _inherit = "esign.signer"

    _waiting_idx = models.Index("(user_id) WHERE state IN ('invited', 'opened')")

    @api.model
    def _waiting_domain(self):
        """Return which participations wait for the current user: signing, approving, reading."""
        return [
            ("user_id", "=", self.env.uid),
            ("state", "in", ("invited", "opened")),
            ("envelope_id.state", "=", "sent"),
            "|",
            ("action", "in", ("sign", "approve")),
            # a document for reading is done with when it was opened
            "&",
            ("action", "=", "view"),
            ("state", "=", "invited"),
        ]

    def _is_to_read(self):
        """Tell whether there is something to read that this participant has not opened yet."""
        open_for = self.envelope_id.state == "sent" and self.state == "invited"
        return open_for and self.action == "view"

    def write(self, vals):
        before = self.user_id if "user_id" in vals else self.env["res.users"]
        result = super().write(vals)
        if _TURN & vals.keys():
            (before | self.user_id)._esign_tell_waiting()
        return result

    def _for_systray(self):
        envelope = self.envelope_id
        deadline = envelope.date_deadline
        return {
            "id": self.id,
            "url": self._page_path(),
            "subject": envelope.name,
            "action": self.action,
            "sender": envelope.user_id.name,
            "sender_id": envelope.user_id.id,
            "company": envelope.company_id.name,
            "deadline": self._day(deadline) if deadline else "",
            "late": envelope.is_late,
        }

    def _day(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        return format_date(self.env, local.date(), date_format="d MMM")


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.sudo().signer_ids.user_id._esign_tell_waiting()
        return result


class ResUsers(models.Model):
    _inherit = "res.users"

    def _esign_tell_waiting(self):
        """Tell the browsers of these users that their counter may have changed."""
        for user in self.sudo().filtered(lambda u: not u.share):
            user._bus_send(CHANGED, {})

    @api.model
    def _esign_count_waiting(self):
        signers = self.env["esign.signer"].sudo()
        return signers.search_count(signers._waiting_domain())

    @api.model
    def get_esign_waiting(self, count_only=False):
        """Return what waits for the current user's signature, approval or reading."""
        if not self.env.user._is_internal():
            return {"count": 0, "documents": []}
        if count_only:
            return {"count": self._esign_count_waiting()}
        signers = self.env["esign.signer"].sudo()
        # what is due first stands first, where nothing is due what came last
        found = signers.search(
            signers._waiting_domain(), order="date_deadline, date_invited desc, id desc"
        )
        return {
            "count": len(found),
            "documents": [signer._for_systray() for signer in found[:MOST_SHOWN]],
        }


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """The counter is there with the page, without a request of its own."""
        info = super().session_info()
        user = self.env.user
        if user._is_internal():
            info["esign"] = {
                "waiting": self.env["res.users"]._esign_count_waiting(),
                "sends": user.has_group("odoo_esign.group_esign_user"),
            }
        return info

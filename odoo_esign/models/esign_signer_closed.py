from urllib.parse import quote

from odoo import api, models
from odoo.tools import email_normalize

from .plain_text import isolated

# where it is over without this participant's doing: somebody to write to is of use
WRITE_TO_SENDER = (
    *("expired", "link_over", "revoked", "cancelled", "declined", "handed_on", "passed_on"),
    *("revised", "not_your_turn", "session_over", "unknown"),
)


class EsignSigner(models.Model):
    """What is said where a participant can't act: what happened, and what to do next."""

    _inherit = "esign.signer"

    def _closed_page(self, code, known=False):
        """Return title, sentence and, for who was asked, how to write to the sender.

        :param bool known: it is said to who was asked, and not to whoever knows the address
        """
        write = known and code in WRITE_TO_SENDER
        return {
            "title": self._closed_title(code),
            "message": self._closed_text(code),
            "write": self._write_to_sender() if write else None,
        }

    def _write_to_sender(self):
        """Return address and words of the link that opens a mail to the sender."""
        sender = self.envelope_id.user_id.sudo()
        address = email_normalize(sender.email or "")
        if not address:
            return None
        return {
            "url": f"mailto:{quote(address, safe='@+')}",
            "label": self.env._("Write to %s", isolated(sender.name)),
        }

    def _closed_title(self, code):
        _ = self.env._
        state = self.state if self else None
        if code == "expired" and state == "signed":
            return _("Not everyone signed in time")
        if code == "declined" and state == "declined":
            return _("You have declined")
        return {
            "login": _("Please identify yourself"),
            "identify": _("Please confirm that it is you"),
            "already": _("Your part is done"),
            "expired": _("The deadline has passed"),
            "link_over": _("This link has expired"),
            "revoked": _("This link was replaced"),
            "cancelled": _("This request was withdrawn"),
            "declined": _("This request was declined"),
            "released": _("Nothing left to do"),
            "handed_on": _("Nothing left to do"),
            "passed_on": _("You have passed this on"),
            "revised": _("This document is being revised"),
            "not_your_turn": _("Not your turn yet"),
            "session_over": _("Please open your link again"),
            "unknown": _("Please open your link again"),
        }.get(code, _("This link does not work"))

    @api.model
    def _closed_text(self, code):
        """Return the sentence for a page that can't be opened, also without a participant."""
        if self:
            return self._obstacle_text(code)
        return self.env._(
            "This link is not complete, or not valid any more. Please use the button in the newest "
            "message that you received."
        )

    def _obstacle_text(self, code):
        """Return a sentence for people: what is the matter, and what to do."""
        _ = self.env._
        sender = isolated(self.envelope_id.user_id.sudo().name)
        come_again = _(
            "This page was open for a long time and is locked now. Please open your link again, "
            "then come back here: what you have entered is still there."
        )
        return {
            "invalid": _("This link is not valid. Please open the newest email you received."),
            "already": _("You have done your part already. Thank you."),
            "expired": self._expired_text(sender),
            "link_over": _("This link has expired. %s can help you.", sender),
            "identify": _("Please confirm once more that it is you: reload this page."),
            "session_over": come_again,
            "unknown": come_again,
            "revoked": _(
                "A newer link was sent to you since, and only that one works. Please open the "
                "newest message from %s.",
                sender,
            ),
            "cancelled": self._cancelled_text(sender),
            "declined": self._refused_text(sender),
            "released": _("Someone else has already signed. You don't need to do anything."),
            "handed_on": _(
                "Someone else was asked to do this in your place. You don't need to do anything."
            ),
            "passed_on": _(
                "You have asked someone else to do this in your place. You don't need to do "
                "anything else."
            ),
            "not_your_turn": _(
                "Others have to act first. You will get a message as soon as it is your turn."
            ),
            "revised": _(
                "This document is being revised: what it was made from has changed. Nothing was "
                "signed. %s will send you the new version.",
                sender,
            ),
        }.get(code, _("This document can't be signed now."))

    def _expired_text(self, sender):
        if self.state == "signed":
            return self.env._(
                "You have signed, but not everyone did so in time. %s can give the others more "
                "time; you don't need to do anything.",
                sender,
            )
        return self.env._(
            "The time for this document is over. %s can give you more time.", sender
        )

    def _cancelled_text(self, sender):
        if self.state == "signed":
            return self.env._(
                "%s has withdrawn this document, so it will not take effect. Your signature stays "
                "on record.",
                sender,
            )
        return self.env._("%s has withdrawn this document. You don't need to do anything.", sender)

    def _refused_text(self, sender):
        """Return what is said when somebody has declined: this participant, or another one."""
        _ = self.env._
        if self.state == "declined":
            return _(
                "You have declined, and %s has been told why. If you have changed your mind, "
                "please write to them.",
                sender,
            )
        if self.state == "signed":
            return _(
                "Someone else has declined this document, so it will not take effect. Your "
                "signature stays on record."
            )
        return _(
            "Someone else has declined this document, so it can no longer be signed. You don't "
            "need to do anything."
        )

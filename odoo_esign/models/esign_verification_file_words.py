from odoo import api, models


class EsignVerification(models.AbstractModel):
    """The words for the first question: is the file what was signed?"""

    _inherit = "esign.verification"

    @api.model
    def _words_file(self, _envelope):
        _ = self.env._
        yes, no, unfinished = _("Yes"), _("No"), _("Not finished")
        return {
            "final": (
                yes,
                _(
                    "This is the final signed file, byte for byte. Nothing was added, taken out "
                    "or changed since."
                ),
            ),
            "certificate": (
                yes,
                _(
                    "This is a certificate of completion, byte for byte as it was made: it tells "
                    "how a document was signed. The signed document is another file."
                ),
            ),
            "renewed": (
                yes,
                _(
                    "This is the signed file as it was completed. Its time stamp has been renewed "
                    "since, so a newer copy exists; both say the same."
                ),
            ),
            "as_sent": (
                _("Not signed yet"),
                _(
                    "This is the document as it was sent out, before anyone signed. Ask for the "
                    "signed file."
                ),
            ),
            "interim": (
                _("Not the final version"),
                _(
                    "This is an earlier version from the time when it was being signed. It is "
                    "unchanged, but it is not the file that counts. Ask for the final one."
                ),
            ),
            "open": (
                unfinished,
                _(
                    "This version is unchanged, but the signing is still in progress. Do not rely "
                    "on it yet."
                ),
            ),
            "cancelled": (
                _("Withdrawn"),
                _(
                    "The sender has withdrawn this document before everyone had signed. It was "
                    "never completed."
                ),
            ),
            "declined": (
                _("Declined"),
                _("A participant has declined to sign this document. It was never completed."),
            ),
            "expired": (
                _("Expired"),
                _("The deadline passed before everyone had signed. It was never completed."),
            ),
            "rolled_back": (
                _("No, signatures are missing"),
                _(
                    "The completed document has signatures that this file lacks: someone has "
                    "removed them, or this is an unfinished version. Do not rely on it."
                ),
            ),
            "added": (
                _("No, something was added"),
                _(
                    "The signed document is in this file, but something was added to it "
                    "afterwards, which nobody signed. Use the file that the sender provided."
                ),
            ),
            "changed": (no, _("The file was changed after it was signed. Do not rely on it.")),
            "damaged": (
                no,
                _(
                    "This is the file that is kept, but its signatures do not match its content. "
                    "Do not rely on it."
                ),
            ),
            "unlogged": (
                no,
                _(
                    "The stored file is not the one that was recorded when the signing was "
                    "completed: someone has replaced it. Do not rely on it."
                ),
            ),
            "unsigned": (
                _("Impossible to tell"),
                _(
                    "There is no electronic signature in this file, so nobody can tell whether it "
                    "was changed. It may be a print or a scan: check the file that you got by "
                    "email."
                ),
            ),
            "unknown": (
                _("Impossible to tell"),
                _(
                    "The file has not changed since it was signed, and the certificates are ours. "
                    "But there is no such document here to compare it with."
                ),
            ),
            "foreign": (
                _("Unchanged, but not from here"),
                _(
                    "The file has not changed since it was signed. By its certificates it was "
                    "signed elsewhere, so there is nothing here to compare it with."
                ),
            ),
            "doubtful": (
                _("Impossible to tell"),
                _(
                    "What was signed is unchanged, but the file was added to or is unusual; see "
                    "the details. There is no such document here to compare it with."
                ),
            ),
            "unreadable": (
                _("Impossible to tell"),
                _(
                    "Part of the file, or a signature in it, can't be read here. This page can't "
                    "tell whether it was changed; do not rely on it."
                ),
            ),
        }

from odoo import models

from .plain_text import isolated


class EsignSigner(models.Model):
    """What the page's first screen says: who asks whom for what, and by when.

    The server writes it, so that it can be read before any script has come.
    """

    _inherit = "esign.signer"

    def _first_screen(self, page):
        """Return the sentences of the first screen.

        :param dict page: what this participant's page gets, see ``_signing_page``
        """
        envelope = self.envelope_id
        return {
            "request": self._request_text(page["sender"]["name"], page["company"]["name"]),
            "named_by": self._named_by_text(),
            "deadline": self._act_by_text(),
            "urgent": self.action != "view",
            "documents": self._amount_text(page["documents"]),
            "message": envelope.message or "",
            "summary": envelope._summary_for(self),
        }

    def _request_text(self, sender, company):
        _ = self.env._
        names = {"sender": isolated(sender), "company": isolated(company)}
        alone = not sender or sender == company
        if self.action == "view":
            if alone:
                return _("%(company)s has shared this with you", **names)
            return _("%(sender)s from %(company)s has shared this with you", **names)
        if self.action == "approve":
            if alone:
                return _("%(company)s has asked for your approval", **names)
            return _("%(sender)s from %(company)s has asked for your approval", **names)
        if alone:
            return _("%(company)s has asked you to sign", **names)
        return _("%(sender)s from %(company)s has asked you to sign", **names)

    def _named_by_text(self):
        """Return who was asked first and has named this person, as the mail says too."""
        other = self._handed_on_by()
        if not other:
            return ""
        return self.env._(
            "%s was asked first, and has named you to do this instead.", isolated(other)
        )

    def _act_by_text(self):
        _, time = self.env._, self._deadline_text()
        if not time:
            return ""
        if self.action == "view":
            return _("You can read it here until %s", time)
        if self.action == "approve":
            return _("Please approve by %s", time)
        return _("Please sign by %s", time)

    def _amount_text(self, documents):
        """Return how much there is to read."""
        _ = self.env._
        pages = sum(len(document["pages"]) for document in documents)
        return " · ".join(
            (
                _("1 document") if len(documents) == 1 else _("%s documents", len(documents)),
                _("1 page") if pages == 1 else _("%s pages", pages),
            )
        )

from odoo import api, models
from odoo.tools import format_datetime


class EsignVerification(models.AbstractModel):
    """The words for each answer: for a layman to understand, and a lawyer to rely on."""

    _inherit = "esign.verification"

    @api.model
    def _question(self, name):
        _ = self.env._
        return {
            "file": _("Is this the file that was signed?"),
            "signers": _("Who signed, and is that certain?"),
            "log": _("Does the log agree?"),
            "record": _("Does the record still say what was signed?"),
            "number": _("Is there such a document?"),
        }[name]

    @api.model
    def _sentence(self, name, code, envelope):
        """Return the answer in one word or two, and what it means."""
        words = getattr(self, f"_words_{name}")(envelope)
        short, text = words[code]
        return {"short": short, "text": text}

    # ------------------------------------------------------------- who signed
    @api.model
    def _words_signers(self, envelope):
        _ = self.env._
        company = envelope.company_id.name or ""
        return {
            "certain": (
                _("Yes"),
                _(
                    "Every signature is genuine and leads to the certificates of %(company)s, "
                    "which state who signed and how they were identified.",
                    company=company,
                ),
            ),
            "company": (
                company,
                _(
                    "The seal of %(company)s is genuine. No participant signs a certificate of "
                    "completion.",
                    company=company,
                ),
            ),
            "doubtful": (
                _("Mostly"),
                _(
                    "The signatures match the file, but something about a certificate or a time "
                    "stamp is not as it should be; see the details."
                ),
            ),
            "nobody_yet": (
                _("Nobody yet"),
                _(
                    "Only %(company)s has put its seal on this version. No participant has signed "
                    "it.",
                    company=company,
                ),
            ),
            "nobody": (_("Nobody"), _("This file contains no person's electronic signature.")),
            "broken": (
                _("No"),
                _("At least one signature is not valid. Do not rely on the names below."),
            ),
            "untrusted": (
                _("No"),
                _(
                    "At least one signature does not come from %(company)s. Anyone could have made "
                    "up the name in it.",
                    company=company,
                ),
            ),
            "unrecorded": (
                _("No"),
                _(
                    "At least one signature was never recorded for this document. Do not rely on "
                    "the names below."
                ),
            ),
            "unknown": (
                _("Not known here"),
                _(
                    "The signatures lead to certificates that we trust, but who signed is not "
                    "recorded here."
                ),
            ),
            "foreign": (
                _("Not known here"),
                _(
                    "We do not know the certificates of the signers. The names below are what the "
                    "certificates say; whether they are true, only their issuer can tell."
                ),
            ),
        }

    # ------------------------------------------------------------- does the log agree
    @api.model
    def _words_log(self, envelope):
        _ = self.env._
        company = envelope.company_id.name or ""
        return {
            "agrees": (
                _("Yes"),
                _(
                    "The log of %(company)s is unbroken, matches what the signatures in the file "
                    "have recorded of it, and names exactly this file as the result.",
                    company=company,
                ),
            ),
            "certificate": (
                _("Yes"),
                _(
                    "The log of %(company)s is unbroken, and names exactly this certificate.",
                    company=company,
                ),
            ),
            "whole": (
                _("It is intact"),
                _(
                    "In the log of this document, every line continues the one before it. Only the "
                    "signed file can show that the log was not rewritten."
                ),
            ),
            "earlier": (
                _("Partly"),
                _(
                    "The log is unbroken. It names this file as an earlier version, not as the "
                    "final one."
                ),
            ),
            "open": (
                _("So far"),
                _("The log is unbroken and knows this version, but it does not end with it."),
            ),
            "another": (
                _("No"),
                _("The log is unbroken, but it does not know this file: it names another one."),
            ),
            "broken": (
                _("No"),
                _(
                    "The log kept about this document was changed, shortened or rewritten. What "
                    "it says proves nothing. Please tell %(company)s.",
                    company=company,
                ),
            ),
            "no_record": (
                _("No"),
                _(
                    "The file carries our certificates, but we keep no log about it: it was "
                    "removed, or the file was never sent from here."
                ),
            ),
            "none": (
                _("There is none"),
                _("This document was not signed here, so we keep no log about it."),
            ),
        }

    # ------------------------------------------------------------- does the record still agree
    @api.model
    def _words_record(self, envelope):
        _ = self.env._
        record = envelope.record_name or ""
        return {
            "same": (_("Yes"), _("“%s” says the same today as when it was sent.", record)),
            "cancelled": (
                _("It was cancelled"),
                _("“%s” says the same as when it was sent, but it is cancelled.", record),
            ),
            "changed": (
                _("No"),
                _(
                    "“%s” no longer says what was signed. What was signed is in the file.",
                    record,
                ),
            ),
            "deleted": (_("No"), _("The record that was signed no longer exists.")),
        }

    @api.model
    def _time_text(self, moment):
        """Return a time in UTC, in the visitor's language."""
        if not moment:
            return None
        if moment.tzinfo:
            moment = moment.replace(tzinfo=None) - moment.utcoffset()
        return format_datetime(self.env, moment, tz="UTC", dt_format="medium") + " UTC"

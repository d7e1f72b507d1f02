from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..models.printable import as_printable
from ..pades.certificates import fingerprint_words
from .links import qr_code, trust_url, verify_url
from .margins import margin_top

# these stand in the evidence file; the certificate tells what people did
MINOR = {
    "frozen", "certified", "received", "read", "sealed", "closed", "delivered", "downloaded",
    "filed", "consequence_run", "consequence_skipped", "consequence_failed", "certificate_made",
    "packaged",
}  # fmt: skip
# told with each participant anyhow: left out where there are many
TOLD_ABOVE = {"invited", "identified", "opened", "consented"}
MAX_LINES = 60


class CertificateReport(models.AbstractModel):
    """Values for the certificate of completion, in the language of the environment."""

    _name = "report.odoo_esign.report_certificate"
    _description = "Certificate of Completion (Report)"

    @api.model
    def _get_report_values(self, docids, data=None):
        envelopes = self.env["esign.envelope"].browse(docids)
        for envelope in envelopes:
            if envelope.state != "completed":
                raise UserError(
                    self.env._(
                        "“%s” is not completed: there is nothing to certify.", envelope.name
                    )
                )
        return {
            "doc_ids": docids,
            "doc_model": "esign.envelope",
            "docs": envelopes,
            "margin_top": margin_top(self.env),
            "certificates": {envelope.id: self._content(envelope) for envelope in envelopes},
        }

    def _content(self, envelope):
        url = verify_url(envelope)
        return {
            "how_to_check": self.env._("Check these documents: scan the code, or open %s", url),
            "qr": qr_code(url),
            "direction": self.env["res.lang"]._get_data(code=self.env.lang).direction or "ltr",
            "is_test": envelope.seal_is_test,
            "facts": self._facts(envelope),
            "documents": [(d, self._pages(d)) for d in envelope.document_ids],
            "participants": [self._participant(s) for s in envelope.signer_ids],
            "levels": self._levels(envelope),
            "made_with": self._made_with(envelope),
            "roots": [
                (fingerprint_words(root), trust_url(envelope, root))
                for root in self._roots(envelope)
            ],
            "consents": self._consents(envelope),
            **self._timeline(envelope),
        }

    # ------------------------------------------------------------- head
    def _facts(self, envelope):
        _ = self.env._
        facts = [
            (_("Company"), envelope.company_id.name),
            (_("Subject"), envelope.name),
            (_("About"), envelope.record_name),
            (_("Sent by"), envelope.sender_id.name),
            (_("Sent"), self._when(envelope.date_sent)),
            (_("Completed"), self._when(envelope.date_completed)),
            (_("Number"), envelope.reference),
        ]
        return [(label, value) for label, value in facts if value]

    def _when(self, moment):
        """Return a time as the reader writes it, with the zone's offset."""
        if not moment:
            return ""
        local = fields.Datetime.context_timestamp(self, moment)
        text = format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format="medium")
        return f"{text} ({local.strftime('UTC%z')})"

    def _pages(self, document):
        count = document.page_count
        return self.env._("1 page") if count == 1 else self.env._("%s pages", count)

    # ------------------------------------------------------------- people
    def _participant(self, signer):
        signature = signer.signature_ids
        return {
            "signer": signer,
            "signature": signature,
            "role": signer._role_label(),
            "state": self._state_words(signer),
            "good": signer.state == "signed",
            "typed": self._typed_words(signer, signature),
            "facts": self._participant_facts(signer, signature),
        }

    def _typed_words(self, signer, signature):
        """Return the name as signed, where it is not the one that was invited."""
        if not signature or signature.name == signer.name:
            return ""
        return self.env._("as typed: “%s”", signature.name)

    def _state_words(self, signer):
        _ = self.env._
        if signer.state == "signed":
            return _("has approved") if signer.action == "approve" else _("has signed")
        if signer.state == "declined":
            return _("has declined")
        if signer.state == "released":
            return _("was not needed: %s of the group were enough", signer.quorum)
        if signer.action == "copy":
            return _("gets a copy")
        return _("has opened it") if signer.date_opened else _("received it to read")

    def _participant_facts(self, signer, signature):
        """Return rows of two [label, value] pairs each, so that a participant takes little room."""
        _ = self.env._
        acted = _("Approved") if signer.action == "approve" else _("Signed")
        pairs = [
            (_("Invited"), self._when(signer.date_mailed or signer.date_invited)),
            (_("Opened"), self._when(signer.date_opened)),
            (acted, self._when(signature.date)),
            (_("Declined"), self._when(signer.date_declined)),
            (_("Identified by"), signature and signature._identified_words()),
            (_("IP address"), signature.ip_address),
            (_("Certificate no."), self._serials(signature)),
            (_("Consent text"), signature and signature._consent_name()),
            (_("Documents"), self._chosen(signer)),
        ]
        pairs = [pair for pair in pairs if pair[1]]
        return [pairs[i : i + 2] for i in range(0, len(pairs), 2)]

    @staticmethod
    def _chosen(signer):
        """Return the names of the documents that were for this participant, if not all were."""
        return "" if signer._has_all_documents() else ", ".join(signer._documents().mapped("name"))

    @staticmethod
    def _serials(signature):
        """Return the serial numbers of the certificates with which the signature was placed."""
        seals = (signature.seals or {}).values() if signature else ()
        return ", ".join(dict.fromkeys(seal["certificate"]["serial"] for seal in seals))

    # ------------------------------------------------------------- what it is worth
    @staticmethod
    def _levels(envelope):
        grouped = envelope.signature_ids.sorted("id").grouped(lambda s: s._level_key())
        return [signatures._level_words() for signatures in grouped.values()]

    def _made_with(self, envelope):
        """Return sentences about the seal and the time stamps."""
        _ = self.env._
        stampers = self._stampers(envelope)
        hosts = ", ".join(sorted(stampers - {""}))
        sentences = [
            _(
                "They were made with the seal “%(seal)s” of %(company)s; the certificates were "
                "issued by %(issuer)s.",
                seal=envelope._used_seal().name,
                company=envelope.company_id.name,
                issuer=", ".join(self._issuers(envelope)),
            )
        ]
        if "" in stampers:
            sentences.append(
                _(
                    "Time stamps come from the clock of %s itself: they do not prove the time "
                    "against that company.",
                    envelope.company_id.name,
                )
            )
        if hosts:
            sentences.append(
                _("Time stamps come from %s, not from a clock of the company.", hosts)
            )
        return sentences

    @staticmethod
    def _roots(envelope):
        """Return the certificates (DER) that the signatures lead to."""
        seal, authority = envelope._used_seal(), envelope.sudo().authority_id
        roots = seal._method()._roots(seal)
        # of several roots of the same company, the one that this envelope was begun with
        own = [root for root in roots if authority and root == authority._certificate("root")]
        return own or roots

    def _issuers(self, envelope):
        """Return who issued the certificates of company and participants."""
        return sorted(
            {
                facts["certificate"].get("issuer", "")
                for facts in self._sealings(envelope)
                if facts["stage"] != "stamped"
            }
            - {""}
        )

    def _stampers(self, envelope):
        """Return who gave the time stamps: hosts, '' for the built-in stamper."""
        return {facts.get("stamper", "") for facts in self._sealings(envelope)}

    @staticmethod
    def _sealings(envelope):
        """Yield what the log says of every signature and time stamp in the documents."""
        for event in envelope.event_ids:
            if event.code in ("certified", "closed", "stamped"):
                yield {**event._facts(), "stage": event.code}
            elif event.code == "sealed":
                for seal in event._facts().get("seals", {}).values():
                    yield {**seal, "stage": event.code}

    def _consents(self, envelope):
        """Return each consent text once, with the names of those who agreed to it."""
        grouped = envelope.signature_ids.sorted("id").grouped("consent_version")
        return [
            {
                "title": self.env._(
                    "Text no. %(version)s, agreed to by %(names)s:",
                    version=signatures[0]._consent_name(),
                    names=", ".join(signatures.signer_id.mapped("name")),
                ),
                "text": as_printable(signatures[0].consent_text or ""),
            }
            for signatures in grouped.values()
        ]

    # ------------------------------------------------------------- log
    def _timeline(self, envelope):
        events = envelope.event_ids.sorted("seq")
        shown = events.filtered(lambda e: e.code not in MINOR)
        if len(shown) > MAX_LINES:
            shown = shown.filtered(lambda e: e.code not in TOLD_ABOVE)
        if len(shown) > MAX_LINES:
            shown = shown[: MAX_LINES // 2] + shown[-MAX_LINES // 2 :]
        return {
            "timeline": [
                (event._local_time(), as_printable(event._sentence())) for event in shown
            ],
            "about_log": self.env._(
                "Times are in %(zone)s. Shown are %(shown)s of the %(count)s lines in the evidence "
                "log so far; the evidence package contains them all. The hash of the last line is:",
                zone=self.env.tz.zone,
                shown=len(shown),
                count=envelope.evidence_count,
            ),
            "head": envelope.evidence_head,
        }

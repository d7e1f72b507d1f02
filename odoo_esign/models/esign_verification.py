import hashlib
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import format_date

from ..evidence import chain, verdict
from ..pades.examine import examine


@dataclass(frozen=True)
class Root:
    """A root certificate (DER) that signatures or time stamps of ours lead to, and whose it is.

    ``is_own`` tells a company's own authority from the issuer of a bought certificate;
    ``is_stamper`` marks those of time stamp services. ``state`` is that of an own authority.
    """

    der: bytes
    company: models.Model
    is_own: bool = False
    is_stamper: bool = False
    state: str = "present"


class EsignVerification(models.AbstractModel):
    """Answers about a PDF that anybody has handed in, or about a number read off one.

    Who asks learns no more than what the file itself tells: everything known here is told only
    about a file that begins with the very bytes that the company certified.
    """

    _name = "esign.verification"
    _description = "Answers about a PDF"

    # ------------------------------------------------------------- a file
    @api.model
    def _check_file(self, pdf, visitor):
        """Judge a PDF; nothing of it is kept, nothing is fetched.

        :param bytes pdf: whatever was handed in
        :param visitor: the user who asks; may be the public one
        :return: what the page shows, see ``_answers``
        """
        service = self.sudo()
        roots, stamp_roots = service._roots(), service._stamp_roots()
        examination = examine(
            pdf,
            roots=[root.der for root in roots.values()],
            stamp_roots=[root.der for root in stamp_roots.values()],
        )
        if examination.refused_reason:
            return service._refusal(examination)
        document = service._find_document(examination)
        certificate = service.env["esign.certificate"]
        if not document:
            certificate = certificate.search([("sha256", "=", examination.sha256)], limit=1)
        origin = document or certificate
        answers = service._judge(examination, origin, roots)
        return {
            **service._answers(answers, origin.envelope_id, visitor),
            "sha256": examination.sha256,
            "size": examination.size,
            "problems": service._problem_texts(
                problem for problem in examination.problems if problem.code != "unsigned"
            ),
            "signatures": service._signature_rows(
                examination, document, {**stamp_roots, **roots}
            ),
            "timing": service._timing_text(
                examination.signatures, {**stamp_roots, **roots}
            ),
        }

    def _judge(self, examination, origin, roots):
        """Return the answers to the three questions.

        :param origin: the document or certificate kept here that the file is from, if there is one
        """
        signatures = examination.signatures
        kept = origin._kept_for_verdict(roots, examination) if origin else None
        is_ = verdict.relation(examination.sha256, signatures, kept) if kept else None
        own = self._own_marks(roots)
        return {
            "file": verdict.about_file(examination.problems, signatures, kept, is_, own),
            "signers": verdict.about_signers(signatures, kept, is_),
            "log": verdict.about_log(signatures, kept, is_, own),
        }

    @api.model
    def _find_document(self, examination):
        """Return the document that this file is, or was made from; empty for anything else.

        Names and numbers in the file are not believed. It has to be the final file itself, or
        to begin with the bytes that the company certified.
        """
        documents = self.env["esign.document"]
        document = documents.search([("sealed_sha256", "=", examination.sha256)], limit=1)
        beginnings = {one.revision_sha256 for one in examination.signatures if not one.is_stamp}
        if not document and beginnings - {None}:
            document = documents.search(
                [("frozen_sha256", "in", sorted(beginnings - {None}))], limit=1
            )
        return document

    # ------------------------------------------------------------- a number
    @api.model
    def _check_number(self, reference, visitor):
        """Tell a holder of the number what it stands for; None if there is none such."""
        service = self.sudo()
        envelope = service.env["esign.envelope"].search(
            [("reference", "=", reference), ("state", "not in", ("draft", "preparing"))], limit=1
        )
        if not envelope:
            return None
        completed = envelope.state == "completed"
        answers = {
            "number": verdict.Answer(
                verdict.GREEN if completed else verdict.AMBER,
                envelope.state if completed or envelope.state in verdict.CLOSED_STATES else "open",
            ),
            "log": verdict.Answer(
                *((verdict.GREEN, "whole") if envelope._log_is_whole() else (verdict.RED, "broken"))
            ),
        }
        return {
            **service._answers(answers, envelope, visitor),
            "date": service._time_text(envelope.date_completed) if completed else None,
            "hashes": envelope.document_ids.mapped("sealed_sha256") if completed else [],
        }

    # ------------------------------------------------------------- both
    @api.model
    def _answers(self, answers, envelope, visitor):
        """Return what the page shows of the answers, with what this visitor may know besides."""
        address = None
        if envelope and envelope._is_open_to(visitor):
            address = f"/odoo/action-odoo_esign.action_esign_envelope/{envelope.id}"
            if about_record := verdict.about_record(envelope._record_verdict()):
                answers = {**answers, "record": about_record}
        return {
            "colour": verdict.worst(answers.values()),
            "headline": self._headline(verdict.headline(answers)),
            "cards": [
                {
                    "name": name,
                    "colour": answer.colour,
                    "code": answer.code,
                    "question": self._question(name),
                    **self._sentence(name, answer.code, envelope),
                }
                for name, answer in answers.items()
            ],
            "reference": envelope.reference if envelope else None,
            "company": envelope.company_id.name if envelope else None,
            "envelope_url": address,
            "checked": self._time_text(fields.Datetime.now()),
        }

    @api.model
    def _date_text(self, moment):
        return format_date(self.env, moment.date())

    @api.model
    def _roots(self):
        """Return every root that signatures of ours may lead to, by its SHA-256."""
        roots = {}
        for seal in self.env["esign.seal"].search([]):
            for der in seal._method()._roots(seal):
                roots[fingerprint(der)] = Root(der, seal.company_id)
        # the present one comes last: a root that was kept when the rest was renewed is in use
        for authority in self.env["esign.authority"].search([], order="id"):
            der = authority._certificate("root")
            roots[fingerprint(der)] = Root(
                der, authority.company_id, is_own=True, state=authority.state
            )
        return roots

    @api.model
    def _own_marks(self, roots):
        """Return the fingerprints of the companies' own roots, and of their bought certificates."""
        bought = [seal._certificates()[:1] for seal in self.env["esign.seal"].search([])]
        return {mark for mark, root in roots.items() if root.is_own} | {
            fingerprint(der) for ders in bought for der in ders
        }

    @api.model
    def _stamp_roots(self):
        """Return the further roots that time stamps alone may lead to, by their SHA-256."""
        found = self.env["esign.stamp.root"].search([("trusted", "=", True)])
        return {
            root.sha256: Root(root._der(), root.company_id, is_stamper=True) for root in found
        }


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def _kept_for_verdict(self, roots, examination):
        """Return what is kept about this document, for the rules to compare a file with."""
        self.ensure_one()
        envelope = self.envelope_id
        own = {mark for mark, root in roots.items() if root.company == self.company_id}
        anchors = [
            one.evidence
            for one in examination.signatures
            if one.evidence and one.root_sha256 in own
        ]
        try:
            versions, readable = self._logged_versions(), True
        except (AttributeError, KeyError, TypeError):
            versions, readable = {}, False  # somebody has written something else into the log
        return verdict.Kept(
            state=envelope.state,
            as_sent=self.frozen_sha256,
            current=self.sealed_sha256 or None,
            roots=own,
            log_intact=readable and envelope._log_is_whole(anchors),
            **versions,
        )

    def _logged_versions(self):
        """Return what the log says of this document's versions and certificates."""
        finals, earlier, certificates, level = set(), set(), {}, ""
        for code, facts in self.envelope_id._log_facts():
            if code == "validated":
                finals |= set(facts.get("documents", ()))
                level = facts.get("level", "")
            elif code == "renewed":
                if facts.get("replaces") in finals:
                    finals.add(facts.get("sha256"))
            for field, seal in self._seals_in(code, facts):
                earlier.add(seal["sha256"])
                certificates[field] = seal["certificate"]["serial"]
        return {
            "finals": finals,
            "earlier": earlier - finals,
            "certificates": certificates,
            "level": level,
        }

    def _seals_in(self, code, facts):
        """Yield the signature fields of this document that a line of the log is about."""
        own = {"certified": "company", "closed": "company_close"}.get(code)
        if own and facts.get("document") == self.id:
            yield own, facts
        elif code == "sealed" and str(self.id) in facts.get("seals", ()):
            yield f"s{facts['signer']}", facts["seals"][str(self.id)]


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _is_open_to(self, visitor):
        """Tell whether the visitor is one of our users, and may read this envelope."""
        self.ensure_one()
        return visitor._is_internal() and visitor._esign_may("read", self)

    def _record_verdict(self):
        """Return the code of what the record says now, see ``verdict.about_record``."""
        self.ensure_one()
        if not self.res_id:
            return "none"
        record = self._record()
        if record is None:
            return "deleted"
        if not hasattr(record, "_esign_terms"):
            return "none"
        if self._terms_changed():
            return "changed"
        is_cancelled = "state" in record._fields and record.sudo().state == "cancel"
        return "cancelled" if is_cancelled else "same"

    def _log_facts(self):
        """Return the lines of the log in their order, as pairs of code and facts."""
        lines = [event._as_chain_event() for event in self.event_ids.sorted("seq")]
        return [(line.type, line.data) for line in lines if isinstance(line.data, dict)]

    def _log_is_whole(self, anchors=()):
        """Tell whether the log is whole and passed through these states, count and hash."""
        self.ensure_one()
        try:
            if self._verify_log():
                return False
        except (AttributeError, KeyError, TypeError):
            return False  # somebody has changed what the signatures hold
        hashes = [chain.GENESIS, *self.event_ids.sorted("seq").mapped("hash")]
        return all(count < len(hashes) and hashes[count] == head for count, head in anchors)


def fingerprint(der):
    """Return a certificate's SHA-256, as certificates are named everywhere here."""
    return hashlib.sha256(der).hexdigest()

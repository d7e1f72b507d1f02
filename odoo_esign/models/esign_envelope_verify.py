from odoo import models

from ..evidence import chain
from ..evidence.chain import Problem
from ..pades.bound import read_bound
from ..pades.errors import PadesError
from ..pades.finalise import STAMP_FIELD
from ..pades.validate import check_sealed
from ..pades.words import Sentence, _lt
from .esign_job_seal import CLOSING_FIELD

# which line says that a participant has acted
ACTS = ("signed", "approved")
# the field in the PDF that a line about one document stands for
FIELDS = {
    "certified": "company",
    "closed": CLOSING_FIELD,
    "stamped": STAMP_FIELD + "1",
    "renewed": "",  # the line names it
}


class EsignEnvelope(models.Model):
    """Is the log whole, and is it the one that the signatures were made over?

    A chain of hashes shows every change, unless somebody makes the whole chain anew. What the
    database keeps of the certificates can be made anew with it. What the signed PDFs say can't:
    it lies under their signatures.
    """

    _inherit = "esign.envelope"

    def _verify_log(self):
        """Return what is wrong with the evidence log, an empty list if it is whole.

        It has to end as the envelope says, and to have passed through what the database keeps
        of the signatures' certificates. Quick, no file is read.
        """
        self.ensure_one()
        recorded = [
            chain.parse_evidence_uri(seal["certificate"]["evidence"])
            for signature in self.sudo().signature_ids
            for seal in (signature.seals or {}).values()
        ]
        return self._verify_chain([anchor for anchor in recorded if anchor])

    def _verify_evidence(self, deep=True):
        """Return what is wrong with the log and the signed documents, as seen from each other.

        :param bool deep: read the signed PDFs, judge their signatures, and hold the log against
            what their certificates recorded of it; False is the same as ``_verify_log``
        """
        problems = self._verify_log()
        if not deep:
            return problems
        logged = self._logged_seals()
        anchors = []
        for document in self.sudo().document_ids:
            facts = logged.pop(document.id, None)
            if facts or document.sealed_attachment_id:
                problems += self._verify_document(document, facts or {}, anchors)
        problems += [
            Problem(
                None, "missing", _lt("document %(number)s of the log is missing", number=number)
            )
            for number in logged
        ]
        known = {(problem.seq, problem.code) for problem in problems}
        return problems + [
            problem
            for problem in self._verify_chain(anchors)
            if (problem.seq, problem.code) not in known
        ]

    def _verify_chain(self, anchors):
        envelope = self.sudo()
        events = envelope.event_ids.sorted("seq")
        problems = chain.verify(
            [event._as_chain_event() for event in events],
            head=envelope.evidence_head or chain.GENESIS,
            count=envelope.evidence_count,
            anchors=anchors,
        )
        return problems + [
            Problem(event.seq, "edited", f"event {event.seq}: columns differ from what was hashed")
            for event in events
            if not event._is_as_written(envelope)
        ]

    # ------------------------------------------------------------- documents
    def _verify_document(self, document, logged, anchors):
        """Return what is wrong with a signed document; add to ``anchors`` what it recorded.

        :param dict logged: the name of each signature's field by the hash that the log keeps
        """
        attachment = document.sealed_attachment_id or document.frozen_attachment_id
        pdf = attachment.sudo().raw or b""
        try:
            found = read_bound(pdf)
        except PadesError as error:
            return [Problem(None, "file", _about(document.name, error.sentence))]
        problems = [
            Problem(None, "seal", _about(document.name, problem))
            for problem in check_sealed(
                pdf, expected_fields=list(logged.values()), **self._whom_to_trust()
            )
        ]
        for bound in found:
            where = f"{document.name}, {bound.field}"
            if logged.get(bound.sha256) != bound.field:
                problems.append(Problem(None, "unlogged", self._unlogged_words(where)))
            if not bound.is_stamp:
                problems += self._verify_bound(bound, where, anchors)
        return problems

    def _unlogged_words(self, where):
        return _lt("%(where)s: the log does not know this signature", where=where)

    def _verify_bound(self, bound, where, anchors):
        """Return what is wrong with the state of the log that a signature names."""
        anchor = chain.parse_evidence_uri(bound.evidence)
        if not anchor:
            text = _lt("%(where)s: names no state of the log", where=where)
            return [Problem(None, "unbound", text)]
        anchors.append(anchor)
        signer_id = bound.field[1:] if bound.field[1:].isdecimal() else None
        if signer_id and not self._has_acted(f"signer:{signer_id}", anchor[0]):
            text = _lt(
                "%(where)s: made over a log in which this participant had not signed", where=where
            )
            return [Problem(anchor[0], "early", text)]
        return []

    def _has_acted(self, actor, count):
        lines = self.sudo().event_ids.filtered(lambda e: e.actor == actor and e.seq <= count)
        codes = lines.mapped("code")
        return "consented" in codes and any(act in codes for act in ACTS)

    def _logged_seals(self):
        """Return, by document, what the log says was put into it: field by hash."""
        documents = {}
        for event in self.sudo().event_ids.sorted("seq"):
            for number, digest, field in _seals_in(event._facts(), event.code):
                documents.setdefault(number, {})[digest] = field
        return documents

    def _whom_to_trust(self):
        """Return the roots for this envelope's signatures and time stamps."""
        authorities = self.env["esign.authority"]._all_of(self.company_id)._roots()
        seal = self._used_seal()
        return {
            "roots": list(dict.fromkeys([*authorities, *seal._method()._roots(seal)])),
            "stamp_roots": self.company_id._esign_stamp_roots(),
        }


def _about(name, problem):
    return Sentence("%(name)s: %(problem)s", name=name, problem=problem)


def _seals_in(facts, code):
    """Yield (document's id, hash of the file after it, field) of what a line tells."""
    try:
        if code == "sealed":
            for number, seal in facts["seals"].items():
                yield int(number), seal["sha256"], f"s{facts['signer']}"
        elif code in FIELDS:
            yield facts["document"], facts["sha256"], facts.get("field") or FIELDS[code]
    except (KeyError, TypeError, ValueError, AttributeError):
        return  # tampered with, which shows in its hash

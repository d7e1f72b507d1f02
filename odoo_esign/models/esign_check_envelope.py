import json

from odoo import api, models

from ..pades.finalise import STAMP_FIELD
from ..pades.kept import judge_kept
from .esign_job_seal import CLOSING_FIELD
from .in_words import kept

# what a look into one envelope finds, and therefore no longer finds
ENVELOPE_KINDS = ("log", "changed", "documents", "file", "seal")


class EsignCheckEnvelope(models.Model):
    """A look into one envelope: every line of its log, every file, every signature."""

    _inherit = "esign.check"

    @api.model
    def _check_envelope(self, envelope_id):
        with self._own_environment() as env:
            checks = env["esign.check"]
            envelope = env["esign.envelope"].browse(envelope_id).exists()
            if not envelope:
                return  # it is what the check of all envelopes finds
            company_id = envelope.company_id.id
            # first, so that an envelope over which the server breaks off isn't the next one again
            checks._note(company_id, envelope_id)
            found = checks._find_suspects(company_id, envelope_id)
            inside = {problem.code for problem in envelope._verify_log()}
            documents = [] if inside else envelope._check_documents_input()
            if not inside:
                checks._look_for_rows(envelope, documents, found)
            trust = envelope._whom_to_trust()
        files, seals, bound = judge_kept(documents, trust)
        if files:
            found[envelope_id, "file"] = {"documents": files}
        with self._own_environment() as env:
            envelope = env["esign.envelope"].browse(envelope_id)
            inside |= {problem.code for problem in envelope._verify_all_bound(bound)}
            seals += envelope._unlogged(bound)
            if inside:
                known = found.get((envelope_id, "log"), {}).get("problems", ())
                found[envelope_id, "log"] = {"problems": sorted({*known, *inside})}
                # a log that does not fit says nothing about documents
                found.pop((envelope_id, "documents"), None)
            if seals:
                found[envelope_id, "seal"] = {"problems": kept(seals)}
            judged = {(envelope_id, kind) for kind in (*ENVELOPE_KINDS, "deleted")}
            env["esign.alert"]._report(company_id, found, judged)

    def _look_for_rows(self, envelope, documents, found):
        """Compare the rows beside the log with what the log says of them."""
        other = {one["name"] for one in documents if one["sha256"] != one["logged"]}
        other |= set(envelope._documents_in_log()) - set(envelope.document_ids.ids)
        if other:
            found[envelope.id, "documents"] = {"documents": sorted(map(str, other))}
        problems = envelope._check_signatures()
        if problems:
            known = found.get((envelope.id, "changed"), {}).get("problems", ())
            found[envelope.id, "changed"] = {"problems": sorted({*known, *problems})}


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _verify_all_bound(self, bound):
        """Return what is wrong with the log, seen from the signatures in the documents."""
        anchors, problems = [], []
        for name, one in bound:
            if not one.is_stamp:
                problems += self._verify_bound(one, f"{name}, {one.field}", anchors)
        return problems + (self._verify_chain(anchors) if anchors else [])

    def _unlogged(self, bound):
        """Return the signatures in the documents that the log knows nothing of."""
        logged = set()
        for seals in self._logged_seals().values():
            logged |= set(seals.items())
        return [
            self._unlogged_words(f"{name}, {one.field}")
            for name, one in bound
            if (one.sha256, one.field) not in logged
        ]

    def _facts_of(self, *codes):
        """Return (code, facts) of the log's lines with these codes, in their order."""
        events = self.sudo().event_ids.filtered(lambda e: e.code in codes).sorted("seq")
        return [(event.code, json.loads(event.data)) for event in events]

    def _documents_in_log(self):
        """Return what the log says of each document: hashes, and who signed and stamped it."""
        documents = {}

        def of(number):
            return documents.setdefault(
                int(number), {"frozen": None, "sealed": None, "fields": [], "stamped": False}
            )

        codes = ("frozen", "certified", "sealed", "closed", "stamped", "renewed")
        for code, facts in self._facts_of(*codes):
            if code == "sealed":
                for number, seal in facts["seals"].items():
                    document = of(number)
                    document["sealed"] = seal["sha256"]
                    document["fields"].append(f"s{facts['signer']}")
                continue
            document = of(facts["document"])
            if code == "frozen":
                document["frozen"] = facts["uncertified_sha256"]
                continue
            if code == "certified":
                document.update(frozen=facts["sha256"], fields=["company"])
                continue
            document["sealed"] = facts["sha256"]
            if code == "closed":
                document["fields"].append(CLOSING_FIELD)
            else:
                document["stamped"] = True
                document["fields"].append(facts.get("field") or STAMP_FIELD + "1")
        return documents

    def _check_documents_input(self):
        """Return each kept file with what the log says about it."""
        logged, inputs = self._documents_in_log(), []
        for document in self.document_ids:
            facts = logged.get(document.id)
            if facts is None:
                continue  # not frozen yet
            for revision in ("frozen", "sealed"):
                attachment = document[f"{revision}_attachment_id"].sudo()
                if not facts[revision] and not attachment:
                    continue
                inputs.append(
                    {
                        "name": document.name,
                        "pdf": attachment.raw if attachment else b"",
                        "sha256": document[f"{revision}_sha256"],
                        "logged": facts[revision],
                        "signed": revision == "sealed",
                        "fields": facts["fields"],
                        "level": "B-LTA" if facts["stamped"] else "B-B",
                    }
                )
        return inputs

    def _check_signatures(self):
        """Return 'signature' or 'signatures' where these rows are not what the log says."""
        logged = {facts["signer"]: facts for _code, facts in self._facts_of("signed", "approved")}
        signatures = self.sudo().signature_ids
        problems = set()
        if set(signatures.signer_id.ids) != set(logged):
            problems.add("signatures")
        for signature in signatures:
            facts = logged.get(signature.signer_id.id)
            if facts and (
                signature.name != facts["signed_name"]
                or (signature.email or "") != (facts.get("email") or "")
                or (signature.ip_address or "") != (facts.get("ip_address") or "")
            ):
                problems.add("signature")
        return problems

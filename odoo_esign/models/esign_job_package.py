from odoo import models

from ..evidence.package import PackageDocument, build_package
from ..pades.detached import sign_detached, stamp_detached, stamp_end


class EsignJobPackage(models.Model):
    """Make the evidence package of a completed envelope."""

    _inherit = "esign.job"

    def _read_package(self):
        """Gather everything, each file checked against its SHA-256."""
        envelope = self.envelope_id
        seal = envelope.company_id._esign_seal()
        plan = seal._company_plan(count=envelope.evidence_count, head=envelope.evidence_head)
        used = envelope._used_seal()
        return {
            "plan": plan,
            # the package may be made years later, when another seal is in use
            "roots": list(dict.fromkeys([*used._method()._roots(used), *plan.roots])),
            "documents": [
                PackageDocument(d.name, d._read_pdf("frozen"), d._read_pdf("sealed"))
                for d in envelope.document_ids
            ],
            "certificates": envelope._certificates_by_language(),
            "events": [event._as_chain_event() for event in envelope.event_ids.sorted("seq")],
        }

    @staticmethod
    def _work_package(inputs):
        plan, tokens = inputs["plan"], []

        def stamp(data):
            tokens.append(stamp_detached(data, plan.stamper))
            return tokens[-1]

        with plan.open() as signer:
            content = build_package(
                inputs["documents"],
                inputs["events"],
                roots=inputs["roots"],
                seal=lambda data: sign_detached(data, signer),
                stamp=stamp,
                stamp_roots=[root for root in plan.stamp_roots if root not in inputs["roots"]],
                certificates=inputs["certificates"],
            )
        [token] = tokens
        return {
            "content": content,
            "events": len(inputs["events"]),
            "stamp_expires": stamp_end(token).date(),
        }

    def _write_package(self, result):
        digest = self.envelope_id._keep_package(result["content"])
        self.envelope_id._log("packaged", {"sha256": digest, "events": result["events"]})
        self.envelope_id.document_ids._renew_by(result["stamp_expires"])


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def _certificates_by_language(self):
        """Return the certificates' bytes by language, by '' if there is one only."""
        made = self.sudo().certificate_ids.sorted("id")
        if len(made) == 1:
            return {"": made._read_kept()}
        return {certificate.lang: certificate._read_kept() for certificate in made}

from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..pades.finalise import STAMP_FIELD
from ..pades.plan import SealPlan
from ..pades.renew import renew
from ..pades.seals.gather import gather_last_stamp
from ..pades.validate import check_sealed
from ..pades.words import Sentence
from .esign_job import JobRefused
from .esign_seal import stamp_facts
from .in_words import does_not_hold_up

# spread out, so that somebody's signature doesn't wait behind thousands of renewals
A_MINUTE = 100


class EsignJobRenew(models.Model):
    """A further time stamp over a completed document, before the last one's certificate ends."""

    _inherit = "esign.job"

    kind = fields.Selection(
        selection_add=[("renew", "Renew the time stamp")], ondelete={"renew": "cascade"}
    )

    @api.model
    def _enqueue_renewals(self, envelopes, start=0):
        """Queue the renewal of many envelopes' documents; those that are queued are left out.

        :param int start: how many were queued just before, for spreading them out
        :return: the new jobs
        """
        jobs = self.sudo()
        waiting = jobs.search(
            [
                ("kind", "=", "renew"),
                ("state", "in", ("pending", "attention")),
                ("envelope_id", "in", envelopes.ids),
            ]
        )
        waiting.filtered(lambda job: job.state == "attention")._retry()
        now, values, slots = fields.Datetime.now(), [], set()
        for number, envelope in enumerate(envelopes.sudo() - waiting.envelope_id, start=start):
            at = now + timedelta(minutes=number // A_MINUTE)
            slots.add(at)
            values.append(
                {
                    "kind": "renew",
                    "envelope_id": envelope.id,
                    # each state of the log is renewed once
                    "key": f"renew:{envelope.id}::{envelope.evidence_count}",
                    "chained": True,
                    "next_try": at,
                }
            )
        made = jobs.create(values)
        for number in (1, 2, 3):
            cron = self.env.ref(f"odoo_esign.cron_jobs_{number}", raise_if_not_found=False)
            if cron and slots:
                cron.sudo()._trigger(sorted(slots))
        return made

    # ------------------------------------------------------------- the job
    def _read_renew(self):
        envelope = self.envelope_id
        if envelope.state != "completed":
            raise JobRefused(self.env._("Only completed envelopes have time stamps to renew."))
        logged = envelope._documents_in_log()
        return {
            "plan": envelope._used_seal()._stamp_plan(),
            "documents": [
                {
                    "id": document.id,
                    "name": document.name,
                    "pdf": document._read_pdf("sealed"),
                    "replaces": document.sealed_sha256,
                    "fields": logged[document.id]["fields"],
                }
                for document in envelope.document_ids
                if logged.get(document.id, {}).get("stamped")
            ],
        }

    @staticmethod
    def _work_renew(inputs):
        plan, problems = inputs["plan"], []
        for document in inputs["documents"]:
            stamps = sum(name.startswith(STAMP_FIELD) for name in document["fields"])
            document["field"] = f"{STAMP_FIELD}{stamps + 1}"
            pdf = document.pop("pdf")
            document["renewed"] = renew(
                pdf,
                authorities=plan.authorities,
                stamper=plan.stamper,
                extra=plan.material(pdf),
            )
            problems += [
                Sentence("%(name)s: %(problem)s", name=document["name"], problem=problem)
                for problem in check_sealed(
                    document["renewed"].pdf,
                    roots=plan.roots,
                    stamp_roots=plan.stamp_roots,
                    expected_fields=[*document["fields"], document["field"]],
                    level="B-LTA",
                )
            ]
        if problems:
            raise JobRefused(does_not_hold_up(problems))
        return inputs

    def _write_renew(self, result):
        for values in result["documents"]:
            document = self.env["esign.document"].browse(values["id"])
            renewed = values["renewed"]
            document._keep_sealed(renewed.pdf)
            document._keep_stamp_end(renewed)
            self.envelope_id._log(
                "renewed",
                {
                    "document": document.id,
                    "replaces": values["replaces"],
                    "field": values["field"],
                    "expires": fields.Date.to_string(document.stamp_expires),
                    **stamp_facts(result["plan"], renewed),
                },
            )
        # the stamp on the package's list ends, too, and the files in it are no longer the newest
        self.envelope_id._queue_package()

    def _write_final(self, values, plan):
        super()._write_final(values, plan)
        document = self.env["esign.document"].browse(values["id"])
        document._keep_stamp_end(values["stamped"])


class EsignSeal(models.Model):
    _inherit = "esign.seal"

    def _stamp_plan(self):
        """Return how documents are stamped and judged; works with a seal that signs no more."""
        self.ensure_one()
        # with the authority in use now, whichever the envelope was begun with
        method, company = self._method(), self.company_id.with_context(esign_authority=False)
        stamping = company._esign_stamping()
        authorities = self.env["esign.authority"]._all_of(company)
        with_keys = tuple(authorities._with_keys())
        return SealPlan(
            open=_sign_nothing,
            stamper=stamping.stamper,
            authorities=with_keys,
            roots=tuple(dict.fromkeys([*authorities._roots(), *method._roots(self)])),
            stamp_roots=tuple(stamping.roots),
            gather=partial(
                gather_last_stamp, stamp_roots=stamping.roots, authorities=with_keys
            ),
        )


def _sign_nothing():
    raise NotImplementedError("this plan only stamps")

import json

from odoo import fields, models
from odoo.tools import format_date, format_time

from ..pades.words import Sentence
from .in_words import in_words

# lines shown at once; older ones on demand
PAGE = 200
# steps of the machine, which people need not read to know what happened
TECHNICAL = frozenset(
    {"frozen", "certified", "sealed", "closed", "stamped", "validated", "certificate_made"}
    | {"packaged", "code_right", "released", "renewed", "consented", "all_signed"}
)


class EsignEnvelope(models.Model):
    """The evidence log as the form shows it: sentences by day, in the viewer's language."""

    _inherit = "esign.envelope"

    def get_timeline(self, before=None):
        """Return the newest lines, newest first, and whether the log is whole.

        :param int before: lines older than the one with this number
        """
        self.ensure_one()
        self.check_access("read")
        domain = [("envelope_id", "=", self.id)]
        if isinstance(before, int):
            domain.append(("seq", "<", before))
        events = self.env["esign.event"].search(domain, order="seq desc, id desc", limit=PAGE + 1)
        shown = events[:PAGE]
        signers = self.signer_ids
        users = {signer.id: signer.user_id.id for signer in signers}
        return {
            "lines": [event._for_timeline(users) for event in shown],
            "more": len(events) > PAGE,
            "participants": [{"id": signer.id, "name": signer.name} for signer in signers],
            "check": self._timeline_check(self._verify_log()) if before is None else None,
        }

    def check_timeline(self):
        """Hold the log against the signed documents; return what the form shows of it."""
        self.ensure_one()
        self.check_access("read")
        return self._timeline_check(self._verify_evidence(), deep=True)

    def _timeline_check(self, problems, deep=False):
        """Return whether all is well, in a sentence, and which lines are not what they were."""
        _, envelope = self.env._, self.sudo()
        count = envelope.evidence_count
        if problems:
            text = _("The log or what it vouches for has been tampered with.")
        elif deep:
            text = _("The log is intact (%s lines), and the signed documents agree with it.", count)
        else:
            text = _("The log is intact: %s lines, each continuing the one before it.", count)
        return {
            "whole": not problems,
            "deep": deep,
            "text": text,
            "problems": [
                {
                    "seq": problem.seq or 0,
                    "what": self._problem_words(problem),
                    "text": self._problem_sentence(problem),
                }
                for problem in problems
            ],
        }

    def _problem_words(self, problem):
        if isinstance(problem.text, Sentence):
            return in_words(self.env, problem.text)
        words = self.env["esign.alert"]._describe_problems([problem.code])
        return problem.text if words == problem.code else words

    def _problem_sentence(self, problem):
        words = self._problem_words(problem)
        if not problem.seq:
            return words
        return self.env._("Line %(number)s: %(what)s", number=problem.seq, what=words)


class EsignEvent(models.Model):
    _inherit = "esign.event"

    def _for_timeline(self, users):
        """Return the line for the form.

        :param dict users: the user of each participant who is one, by the participant's id
        """
        self.ensure_one()
        facts = self._facts()
        kind, _colon, number = str(self.actor or "").partition(":")
        number = int(number) if number.isdecimal() else 0
        signer = number if kind == "signer" else facts.get("signer")
        user = number if kind == "user" else users.get(number) if kind == "signer" else 0
        return {
            "seq": self.seq,
            "code": self.code,
            "label": self.label,
            "sentence": self.sentence,
            "icon": self.icon,
            "tone": self.tone or "",
            "technical": self.code in TECHNICAL,
            "actor": self.actor_name,
            "by_person": self.by_person,
            "avatar": f"/web/image/res.users/{user}/avatar_128" if user else "",
            "signer": signer if isinstance(signer, int) else 0,
            **self._local_day_and_time(),
            "ts": self.ts,
            "hash": self.hash,
            "facts": json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
            if facts
            else self.data or "",
        }

    def _local_day_and_time(self):
        if not self.moment:
            return {"day": "", "day_label": self.ts or "", "time": ""}
        local = fields.Datetime.context_timestamp(self, self.moment)
        return {
            "day": local.date().isoformat(),
            "day_label": format_date(self.env, local.date(), date_format="EEEE, d MMMM y"),
            "time": format_time(self.env, local.time(), time_format="short"),
        }

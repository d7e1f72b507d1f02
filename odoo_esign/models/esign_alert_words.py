from datetime import date

from odoo import api, models
from odoo.tools import format_date

from .in_words import in_words


class EsignAlert(models.Model):
    """From codes and facts to sentences, in the language of whoever reads."""

    _inherit = "esign.alert"

    @api.depends("kind", "facts", "reference")
    @api.depends_context("lang")
    def _compute_text(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for alert in self:
            kind = kinds.get(alert.kind, alert.kind or "")
            alert.subject = f"{kind}: {alert.reference}" if alert.reference else kind
            alert.text = alert._describe()
            alert.advice = alert._advise()

    def _describe(self):
        _, facts = self.env._, self.facts or {}
        names = ", ".join(facts.get("documents") or ())
        problems = self._describe_problems(facts.get("problems") or ())
        words = {
            "deleted": _(
                "This envelope was in the daily anchor with %(count)s lines in its log. It is no "
                "longer in the database.",
                count=facts.get("count", 0),
            ),
            "log": _("The evidence log has been altered: %s.", problems),
            "changed": _("The envelope does not match its log: %s.", problems),
            "documents": _(
                "The hash kept for these documents does not match the one in the log: %s.", names
            ),
            "file": _("The stored file is missing or different: %s.", names),
            "seal": _(
                "The file is the one that was kept, but its signatures do not hold up when "
                "checked again: %s.",
                problems,
            ),
            "anchor": _("The chain of daily anchors is broken: %s.", problems),
            "late": _(
                "The last daily anchor is from %(since)s. Since then none could be made: %(why)s",
                since=self._date(facts.get("since")),
                why=in_words(self.env, facts.get("why", "")),
            ),
            "renewal": _(
                "The time stamp of %(names)s expires on %(date)s and could not be renewed: %(why)s",
                names=names,
                date=self._date(facts.get("ends")),
                why=in_words(self.env, facts.get("why", "")),
            ),
        }
        return words.get(self.kind, self.kind)

    def _date(self, value):
        return format_date(self.env, date.fromisoformat(value)) if value else ""

    def _describe_problems(self, problems):
        """Put the codes of the checks, and what the signature engine found, into words."""
        _ = self.env._
        words = {
            "edited": _("a line was edited"),
            "broken": _("a line does not follow the one before"),
            "order": _("lines are missing or out of order"),
            "cut": _("lines at the end are missing"),
            "rewritten": _("the log was rewritten"),
            "head": _("the end of the log is not the one recorded"),
            "unbound": _("a signature names no state of the log"),
            "early": _("a signature was made over a log in which the person had not signed"),
            "state": _("the state"),
            "reference": _("the number"),
            "company": _("the company"),
            "signature": _("a signature"),
            "signatures": _("the number of signatures"),
            "root": _("a log's state was changed or removed afterwards"),
            "chain": _("an anchor is missing or does not follow the one before"),
            "hash": _("an anchor was changed"),
            "stamp": _("its time stamp does not match"),
            "gone": _("an anchor that was made is not in the database any more"),
        }
        said = []
        for problem in problems:
            if isinstance(problem, dict):
                said.append(in_words(self.env, problem))
                continue
            number, _colon, code = str(problem).rpartition(": ")
            text = words.get(code, problem)
            said.append(f"{number}: {text}" if number and code in words else text)
        return "; ".join(said)

    def _advise(self):
        _ = self.env._
        backup = _(
            "Find out who had access to the database and the file store. Restore what is missing "
            "from a backup; the alert then closes by itself. If there is a good reason for it, "
            "write it down and acknowledge the alert."
        )
        return {
            "late": _(
                "Check the time stamp servers in the settings. Until anchors can be made again, "
                "changes made in the meantime are harder to prove."
            ),
            "renewal": _(
                "Check the time stamp servers and the authority, then choose “Renew the time "
                "stamps” in the list of envelopes."
            ),
            "seal": _(
                "Check the document on the verification page for details. A revoked seal or time "
                "stamp is also reported here."
            ),
        }.get(self.kind, backup)

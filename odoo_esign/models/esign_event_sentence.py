import json

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools._vendor.useragents import UserAgent

from .esign_event import moment_of
from .esign_event_names import Names
from .esign_event_words import WORDS, words_for

BROWSERS = {
    "chrome": "Chrome",
    "edge": "Edge",
    "firefox": "Firefox",
    "msie": "Internet Explorer",
    "opera": "Opera",
    "safari": "Safari",
}
SYSTEMS = {
    "android": "Android",
    "chromeos": "ChromeOS",
    "ipad": "iPad",
    "iphone": "iPhone",
    "linux": "Linux",
    "macos": "macOS",
    "windows": "Windows",
}
LONGEST_VALUE = 300


class EsignEvent(models.Model):
    """From codes and facts to sentences, in the language of whoever reads.

    Nothing here raises on what a line holds: somebody may have tampered with it, and just
    then it has to be shown.
    """

    _inherit = "esign.event"

    label = fields.Char("Kind of event", compute="_compute_words")
    sentence = fields.Char("What happened", compute="_compute_words")
    icon = fields.Char(compute="_compute_words")
    tone = fields.Char(compute="_compute_words", help="'' as usual, 'good', or 'bad'")
    by_person = fields.Boolean("By a person", compute="_compute_words")
    actor_name = fields.Char("Who", compute="_compute_words")
    moment = fields.Datetime("Time", compute="_compute_moment")

    @api.depends("ts")
    def _compute_moment(self):
        """To the second, and in the reader's time zone; the log itself keeps more."""
        for event in self:
            event.moment = moment_of(event.ts)

    @api.depends_context("lang", "tz")
    def _compute_words(self):
        names = Names(self.env, self)  # looked up once for all lines
        for event in self:
            facts = event._facts()
            words = words_for(event.code, facts)
            event.label = self.env._(words.label) if words else event.code
            event.icon = words.icon if words else "fa-question"
            event.tone = words.tone if words else "bad"
            event.by_person = str(event.actor).partition(":")[0] in ("user", "signer")
            event.actor_name = event._name_of_actor(facts, names)
            event.sentence = event._sentence(names)

    @api.model
    def _labels(self):
        """Return the short words for each code in the reader's language."""
        return {code: self.env._(words.label) for code, words in WORDS.items()}

    @api.model
    def _select_code(self):
        return list(self._labels().items())

    def _sentence(self, names=None):
        """Return what happened, in the language of the environment."""
        self.ensure_one()
        return self._sentence_of(self.code, self._facts(), names or Names(self.env, self))

    def _sentence_of(self, code, facts, names=None):
        """Return the sentence for a code and facts, also for what is not in the log."""
        words = words_for(code, facts)
        if not words:
            return code or ""
        names = names or Names(self.env, self)
        return self.env._(words.sentence) % _Filled(self._values(facts, names))

    def _facts(self):
        try:
            facts = json.loads(self.data or "{}")
        except (ValueError, RecursionError):
            return {}
        return facts if isinstance(facts, dict) else {}

    # ------------------------------------------------------------- what is filled in
    def _values(self, facts, names):
        """Return the values for the sentences, as text; what is missing stays empty."""
        plain = {
            key: str(value)[:LONGEST_VALUE]
            for key, value in facts.items()
            if isinstance(value, (str, int)) and not isinstance(value, bool)
        }
        return {
            **plain,
            "actor": self._name_of_actor(facts, names),
            "reason": plain.get("reason") or plain.get("why", ""),
            "came_back": self._bounce_words(facts),
            "version": " / ".join(
                filter(None, (plain.get("consent_number"), plain.get("consent_version", "")[:12]))
            ),
            # the name as it was when the document was frozen, if it is gone since
            "document": names.document(facts.get("document"), self.envelope_id)
            or self._file_words(facts)
            or plain.get("name", ""),
            "colleague": names.user(facts.get("to")),
            "host_name": names.user(facts.get("host")) if facts.get("host") else "",
            "before_name": self._name_before(facts),
            "from_time": self._deadline_words(plain.get("from")),
            "to_time": self._deadline_words(plain.get("to")),
            "where": self._where(facts),
            "method": self._method_words(facts),
            "ways": self._ways(plain),
            "pages": self._pages_words(facts, names),
            "time": self._time_words(facts),
            "problem": self._problem_words(facts),
            "stamper": plain.get("stamper") or self.env._("the built-in time stamper"),
        }

    def _name_of_actor(self, facts, names):
        kind, _colon, number = str(self.actor or "").partition(":")
        if kind == "system" or not number.isdecimal():
            return self.env._("The system")
        if kind == "user":
            return names.user(int(number))
        if facts.get("signer") == int(number) and isinstance(facts.get("name"), str):
            return facts["name"]  # as it was then
        return names.signer(int(number), self.envelope_id) or self.env._("A participant")

    def _name_before(self, facts):
        before = facts.get("before")
        return str(before.get("name") or "") if isinstance(before, dict) else ""

    def _where(self, facts):
        """Return ' (Firefox on Android, 203.0.113.9)' as far as that is known."""
        agent = UserAgent(str(facts.get("user_agent") or ""))
        browser, system = BROWSERS.get(agent.browser), SYSTEMS.get(agent.platform)
        if browser and system:
            device = self.env._("%(browser)s on %(system)s", browser=browser, system=system)
        else:
            device = browser or system
        known = [text for text in (device, str(facts.get("ip_address") or "")) if text]
        return f" ({', '.join(known)})" if known else ""

    def _ways(self, plain):
        """Return by which ways a message went out, and where to."""
        sentence = {
            "sms": self.env._("by SMS to %(phone)s"),
            "mail+sms": self.env._("by email to %(email)s and by SMS to %(phone)s"),
        }.get(plain.get("by"), self.env._("by email to %(email)s"))
        return sentence % _Filled(plain)

    def _method_words(self, facts):
        methods = str(facts.get("identified_by") or facts.get("method") or "")
        known = {
            "login": self.env._("Odoo login “%s”", facts.get("login") or ""),
            "link": self.env._("the link that was sent by SMS")
            if facts.get("invited_by") == "sms"
            else self.env._("the link that was emailed to %s", facts.get("email") or ""),
            "in_person": self.env._("being present in person"),
            "mail_code": self.env._("code by email"),
            "sms_code": self.env._("code by SMS"),
            "access_code": self.env._("access code"),
        }
        labels = self.env["esign.signer"]._identification_labels()
        return ", ".join(known.get(m) or labels.get(m, m) for m in methods.split("+"))

    def _file_words(self, facts):
        return {
            "certificate": self.env._("Certificate of completion"),
            "evidence": self.env._("Evidence package"),
        }.get(str(facts.get("file")))

    def _problem_words(self, facts):
        kinds = dict(self.env["esign.alert"]._fields["kind"]._description_selection(self.env))
        return kinds.get(str(facts.get("kind")), "")

    def _pages_words(self, facts, names):
        """Return 'page 3 of 5 of “Contract”', for each document that was looked at."""
        pages = facts.get("pages")
        if not isinstance(pages, dict):
            return ""
        texts = []
        for number, seen in pages.items():
            if not isinstance(seen, dict) or not number.isdecimal():
                continue
            texts.append(
                self.env._(
                    "“%(document)s” up to page %(reached)s of %(total)s",
                    document=names.document(int(number), self.envelope_id),
                    reached=seen.get("reached", "?"),
                    total=seen.get("total", "?"),
                )
            )
        return ", ".join(texts)

    def _time_words(self, facts):
        seconds = facts.get("seconds")
        if not isinstance(seconds, int):
            return ""
        return self.env._(
            "%(minutes)s:%(seconds)s min",
            minutes=seconds // 60,
            seconds=f"{seconds % 60:02d}",
        )

    def _local_time(self):
        """Return when it happened, as the reader writes it, with the zone's offset."""
        return self._in_zone(self.moment) if self.moment else self.ts or ""

    def _deadline_words(self, text):
        moment = moment_of(text) if text else None
        return self._in_zone(moment) if moment else text or self.env._("no deadline")

    def _in_zone(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        text = format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format="medium")
        return f"{text} ({local.strftime('UTC%z')})"


class _Filled(dict):
    """Values for a translated sentence, which may name one that is not known."""

    def __missing__(self, key):
        return ""

import base64
import binascii

from odoo import fields, models
from odoo.tools import email_normalize, format_date

from ..pades.appearance import ImageRefused, prepare_image
from .esign_signer import MAX_NAME
from .fetching import find_whole, read_lines
from .guard import unlocked
from .plain_text import clean, one_line
from .printable import why_unprintable

KINDS = ("drawn", "typed", "uploaded", "saved")
MAX_REASON = 2000
CONSENT_FIELDS = ("name", "esign_consent_text", "esign_consent_number")


class EsignSigner(models.Model):
    """The moment in which somebody signs: checked and written in one short transaction."""

    _inherit = "esign.signer"

    def _failure(self, code, message=None, field_errors=None):
        return {
            "ok": False,
            "code": code,
            **({"message": message} if message else self._closed_page(code, known=True)),
            "field_errors": {str(k): v for k, v in (field_errors or {}).items()},
        }

    def _success(self):
        return {"ok": True, "state": "signed", "done": self._done_page()}

    def _consent(self, request, network):
        """Record that this participant signs or approves.

        :param dict request: what the page sent: consent, signature, values, client_key, …
        :param dict network: identification, ip_address and user_agent as the server saw them
        :return: the answer for the page. A repeated request gets the first answer.
        """
        self.ensure_one()
        # in the company that asks: for any other, the user would have to be read first
        self = self.with_company(self.company_id)
        if self.state == "signed":
            return self._success()
        # whatever is refused moves nothing: jobs at work on the envelope are not disturbed
        refusal = self._refusal()
        if refusal:
            return refusal
        self._read_whole()
        answer, refusal = self._check_consent(request)
        if refusal:
            return refusal
        behind = self.envelope_id._lock()
        self._record_signature(answer, request, network, behind)
        return self._success()

    def _read_whole(self):
        """Read at once what is needed of what hangs on the envelope."""
        read_lines(self.envelope_id, "document_ids")
        read_lines(self.envelope_id, "signer_ids")
        read_lines(self, "field_ids")

    def _refusal(self):
        """Return why this participant may not sign now, as the page's answer, or None."""
        obstacle = self._obstacle()
        if self.action not in ("sign", "approve"):
            obstacle = "not_your_turn"
        if not obstacle:
            return None
        if obstacle == "revised":
            self._log_revised()
        return self._failure(obstacle)

    def _log_revised(self):
        """Log once per participant that the record says something else now."""
        self.envelope_id._log_record_changed("signing")
        logged = (
            self.env["esign.event"]
            .sudo()
            .search_count(
                [
                    ("envelope_id", "=", self.envelope_id.id),
                    ("code", "=", "refused"),
                    ("actor", "=", f"signer:{self.id}"),
                ],
                limit=1,
            )
        )
        if not logged:
            self.envelope_id._log(
                "refused", {"why": "revised", **self._evidence_facts()}, actor=self
            )

    # ------------------------------------------------------------- checks
    def _check_consent(self, request):
        """Return (what to record, None) or (None, the refusal)."""
        _ = self.env._
        consent = self._consent_text()
        if request.get("consent") is not True:
            return None, self._failure(
                "invalid", _("Please read the consent and tick the box first.")
            )
        if request.get("consent_version") != consent["version"]:
            return None, self._failure(
                "invalid",
                _("The consent text has changed. Please reload the page and read it."),
            )
        signature, refusal = self._check_signature(request.get("signature"))
        if refusal:
            return None, refusal
        values = request.get("values")
        places = self.field_ids
        good, errors = places._check_values(values if isinstance(values, dict) else {})
        if errors:
            return None, self._failure("invalid", _("Some fields need your attention."), errors)
        return {**signature, "values": good, "consent": consent, "places": places}, None

    def _check_signature(self, signature):
        """Return (name, kind and image of a signature, None) or (None, the refusal)."""
        signature = signature if isinstance(signature, dict) else {}
        name, refusal = self._check_name(signature.get("name"))
        if refusal:
            return None, refusal
        kind = signature.get("kind")
        if kind not in KINDS:
            words = self.env._("Please draw, type or upload your signature.")
            return None, self._failure("invalid", words)
        image, refusal = self._check_image(signature.get("image"))
        if refusal:
            return None, refusal
        return {"name": name, "kind": kind, "image": image}, None

    def _check_name(self, name):
        _ = self.env._
        typed = " ".join(name.split()) if isinstance(name, str) else ""
        name = one_line(typed)
        if not name:
            return None, self._failure("invalid", _("Please enter your name."))
        if len(typed) > MAX_NAME:
            return None, self._failure("invalid", _("This name is too long."))
        problem = why_unprintable(self.env, typed)
        return (None, self._failure("invalid", problem)) if problem else (name, None)

    def _check_image(self, encoded):
        _ = self.env._
        try:
            data = base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else b""
            return prepare_image(data), None
        except (binascii.Error, ValueError):
            return None, self._failure("invalid", _("The image of your signature can't be read."))
        except ImageRefused as refusal:
            return None, self._failure("invalid", self._image_refused(refusal.code))

    def _consent_text(self):
        """Return the company's disclosure text in the participant's language, with its version."""
        company = self.company_id.sudo().with_context(lang=self._lang())
        # of a company's hundred fields no others are needed when somebody signs
        find_whole(company, "id", company.id, CONSENT_FIELDS)
        return company._esign_consent()

    # ------------------------------------------------------------- recording
    def _record_signature(self, answer, request, network, behind):
        now = fields.Datetime.now()
        signature = unlocked(self.env["esign.signature"]).create(
            {
                **self._signature_values(answer, request),
                **answer["images"],
                **network,
                "date": now,
            }
        )
        unlocked(self).write({"date_signed": now})
        lines = self._signature_lines(signature, answer["consent"], network)
        self._done_activities()
        for other in self._release_others():
            unlocked(other).write({"date_released": now, "token_sha256": False})
            other._done_activities()
            lines.append(("released", other._evidence_facts(), self))
        self.envelope_id._after_act(lines, [("apply", self, None)], behind)

    def _signature_values(self, answer, request):
        """Return what is kept of a signature that was checked."""
        consent = answer["consent"]
        return {
            "envelope_id": self.envelope_id.id,
            "signer_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "action": self.action,
            "name": answer["name"],
            "email": self.email,
            "kind": answer["kind"],
            "image": base64.b64encode(answer["image"]),
            "consent_text": consent["text"],
            "consent_version": consent["version"],
            "consent_number": consent["number"],
            "values": {str(k): v for k, v in answer["values"].items()},
            "documents": self._shown_documents(request),
            "facts": _client_facts(request),
            "client_key": clean(request.get("client_key"), 64),
        }

    def _signature_lines(self, signature, consent, network):
        """Return the log's two lines about a signature, as for ``_log_lines``."""
        who = self._evidence_facts()
        consented = {
            **who,
            **{f"consent_{part}": consent[part] for part in ("version", "number", "sha256")},
            "consent_label": consent["label"],
        }
        signed = {
            **who,
            "identified_by": network["identification"],
            "signed_name": signature.name,
            "kind": signature.kind,
            "documents": signature.documents,
            "values": signature.values,
            "ip_address": network["ip_address"],
            "user_agent": network["user_agent"],
            "client": signature.facts,
            "user": network.get("user_id") or 0,
            "host": network.get("host_id") or 0,
            "second_factor": network.get("second_factor") or "",
            "by_sender": self._is_sender(network.get("user_id")),
        }
        code = "approved" if self.action == "approve" else "signed"
        return [("consented", consented, self), (code, signed, self)]

    def _is_sender(self, user_id):
        """Whoever made or sent the envelope and signs it too does that visibly.

        :param user_id: who is logged in, if anybody
        """
        envelope = self.envelope_id
        if {self.user_id.id, user_id} & {*envelope._senders().ids}:
            return True
        return email_normalize(self.email or "") in envelope._senders_addresses()

    # ------------------------------------------------------------- opening, declining
    def _open(self, context):
        """Record that the page was reached by a browser that runs scripts."""
        self.ensure_one()
        if self.state != "invited":
            return
        self.envelope_id._lock()
        if self.state != "invited" or self._obstacle() not in (None, "revised"):
            return
        unlocked(self).write({"date_opened": fields.Datetime.now()})
        self.envelope_id._log(
            "opened", {**self._evidence_facts(), "client": _client_context(context)}, actor=self
        )

    def _decline(self, reason, network):
        """Record a refusal with its reason; the envelope ends, signatures stay."""
        self.ensure_one()
        reason = clean(reason, MAX_REASON)
        if not reason:
            return self._failure("invalid", self.env._("Please say why: it helps the sender."))
        if self.state == "declined":
            return {"ok": True, "state": "declined", "message": self._declined_text()}
        self.envelope_id._lock()
        obstacle = self._obstacle()
        if self.action not in ("sign", "approve"):
            obstacle = "not_your_turn"
        if obstacle and obstacle != "revised":
            return self._failure(obstacle)
        envelope = self.envelope_id
        unlocked(self).write({"date_declined": fields.Datetime.now(), "decline_reason": reason})
        envelope._log(
            "declined", {**self._evidence_facts(), "reason": reason, **network}, actor=self
        )
        if self._others_suffice():
            self._done_activities()
            envelope._after_act()
        else:
            envelope._update_state("declined", closing_reason=reason)
            envelope._close_links(but=self)
        self.env["esign.job"]._enqueue("declined", envelope, signer=self)
        return {"ok": True, "state": "declined", "message": self._declined_text()}

    def _others_suffice(self):
        """Tell whether it goes on without this participant: where the sender has set that."""
        envelope = self.envelope_id
        if not envelope._outlives_refusals():
            return False
        acting = envelope.signer_ids.filtered(lambda s: s.action in ("sign", "approve"))
        group = self._group() & acting
        left = group.filtered(lambda s: s.state not in ("declined", "released"))
        if group and len(left) < self.quorum:
            return False
        return bool(acting.filtered(lambda s: s.state not in ("declined", "released")))

    def _declined_text(self):
        return self.env._(
            "%s will be told, with your reason. You don't need to do anything else.",
            self.envelope_id.user_id.sudo().name,
        )

    def _today(self):
        """Return today's date as the participant writes it."""
        today = fields.Date.context_today(self.with_context(tz=self._time_zone()))
        return format_date(self.env, today, lang_code=self._lang())


def _client_context(context):
    """Return the harmless facts that the browser tells about itself, cut to size."""
    context = context if isinstance(context, dict) else {}
    return {
        key: clean(context[key], 100)
        for key in ("screen", "language", "time_zone")
        if isinstance(context.get(key), str)
    }


def _client_facts(request):
    reading = request.get("reading")
    reading = reading if isinstance(reading, dict) else {}
    pages = reading.get("pages")
    pages = pages if isinstance(pages, dict) else {}
    seconds = reading.get("seconds")
    return {
        **_client_context(request.get("context")),
        # false for NaN and for infinity too
        "seconds": int(seconds)
        if isinstance(seconds, (int, float)) and 0 <= seconds < 10**6
        else 0,
        "pages": {
            clean(key, 20): sorted({int(p) for p in seen if isinstance(p, int) and 0 <= p < 2000})
            for key, seen in list(pages.items())[:50]
            if isinstance(seen, list)
        },
    }

import hashlib
import math
import secrets
import time
from datetime import timedelta

from babel.dates import get_datetime_format

from odoo import api, fields, models
from odoo.tools import email_normalize, format_date, format_time
from odoo.tools.misc import babel_locale_parse, hash_sign, verify_hash_signed

from .fetching import find_whole
from .guard import unlocked

SESSION_SCOPE = "odoo_esign.session"
SESSION_HOURS = 12


class EsignSigner(models.Model):
    """From a link to a person: tokens, sessions, and the reason why somebody may not act."""

    _inherit = "esign.signer"

    # ------------------------------------------------------------- token
    def _new_token(self):
        """Make a new link and return its secret; the one before is dead from now on.

        256 random bits, of which only the SHA-256 is kept. The caller mails the secret
        and forgets it: nobody else ever sees it, the sender included.
        """
        self.ensure_one()
        token = secrets.token_urlsafe(32)
        expiry = self.envelope_id.date_deadline or fields.Datetime.now() + timedelta(days=90)
        unlocked(self).write({"token_sha256": self._digest(token), "token_expiry": expiry})
        return token

    @staticmethod
    def _digest(token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _digest_of_link(self, token):
        """Return the hash of what came as a link's secret, None for what can't be one."""
        if not isinstance(token, str) or not 20 <= len(token) <= 100 or not token.isascii():
            return None
        return self._digest(token)

    @api.model
    def _find_by_token(self, token):
        """Return the participant whose link this is; an empty recordset for anything else."""
        digest = self._digest_of_link(token)
        if not digest:
            return self.browse()
        return self.sudo().search([("token_sha256", "=", digest)], limit=1)

    @api.model
    def _find_at(self, ref):
        """Return the participant at this address of the page, read with the envelope."""
        signer = find_whole(self, "access_ref", ref)
        if signer:
            find_whole(signer.envelope_id, "id", signer.envelope_id.id)
        return signer

    def _is_link_over(self):
        """Tell whether the time of this participant's link is over, whatever the envelope does."""
        self.ensure_one()
        expiry = self.sudo().token_expiry
        return bool(expiry and expiry < fields.Datetime.now())

    # ------------------------------------------------------------- session
    def _session_cookie(self):
        """Return the name and the signed value of the cookie that stands for the link.

        It is bound to the participant and to the token: a new link or a revoked one ends
        every session that was opened with the one before. It says itself until when it is good,
        so that whoever comes later is told that, and not that the link was replaced.
        """
        self.ensure_one()
        until = int(time.time()) + SESSION_HOURS * 3600
        content = [self.id, self.sudo().token_sha256[:32], until]
        return self._cookie_name(), hash_sign(self.sudo().env, SESSION_SCOPE, content)

    def _cookie_name(self):
        return f"esign_{self.access_ref}"

    def _session_name(self):
        """Return the name of the cookie that codes are bound to."""
        return f"esign_id_{self.access_ref}"

    def _accepts_cookie(self, value):
        """Tell whether this cookie was given to this participant and is still good."""
        self.ensure_one()
        link, until = self._cookie_content(value)
        return until > time.time() and self._is_good_link(link)

    def _is_session_over(self, value):
        """Tell whether this cookie is of a link that still opens, but was used too long ago."""
        self.ensure_one()
        link, until = self._cookie_content(value)
        return 0 < until <= time.time() and self._is_good_link(link)

    def _is_good_link(self, link):
        """Tell whether this is what the cookie says of a link that opens this page."""
        signer = self.sudo()
        if not signer.token_sha256 or signer._is_link_over():
            return False
        return link in [[signer.id, digest[:32]] for digest in signer._link_hashes()]

    def _cookie_content(self, value):
        """Return whose link ``_session_cookie`` has signed, and until when that is good."""
        try:
            content = verify_hash_signed(self.sudo().env, SESSION_SCOPE, value or "")
        except (ValueError, UnicodeError, IndexError):
            content = None
        if isinstance(content, list) and len(content) == 2:
            return content, math.inf  # of an earlier version: the signature itself had a time
        if not isinstance(content, list) or len(content) != 3:
            return None, 0
        return content[:2], content[2]

    def _identify(self, cookie, user):
        """Return how the visitor is identified as this participant, or None.

        A participant who must log in is identified by the Odoo login alone. Others by the
        link's cookie, or by being logged in as the very contact that was invited, at the
        address that the invitation went to.
        """
        self.ensure_one()
        signer = self.sudo()
        if signer.identification == "login":
            return "login" if signer._is_login_of(user) else None
        if signer._accepts_cookie(cookie):
            return "link"
        return "login" if signer._is_contact_of(user) else None

    # ------------------------------------------------------------- obstacles
    def _obstacle(self):
        """Return the code of what keeps this participant from acting now, or None."""
        self.ensure_one()
        envelope = self.envelope_id
        if envelope.state in ("cancelled", "declined", "expired"):
            return envelope.state
        if self.state == "signed":
            return "already"
        if self.state in ("released", "declined"):
            return self.state
        readable = ("sent", "signed", "completed") if self.action == "view" else ("sent",)
        if envelope.state not in readable or not self.date_invited:
            return "not_your_turn"
        if envelope.state != "sent":
            return None
        if envelope._is_past_deadline():
            return "expired"
        if self.action == "copy":
            return "not_your_turn"
        if not envelope._record_acceptable():
            return "revised"
        return None

    # ------------------------------------------------------------- page
    def _signing_page(self, csrf_token):
        """Return what the signing page shows, and nothing that this participant may not know."""
        self.ensure_one()
        envelope, company = self.envelope_id, self.company_id
        return {
            "ref": self.access_ref,
            "state": self._page_state(),
            "csrf_token": csrf_token,
            "envelope": {"name": envelope.name},
            "company": {"name": company.name, "logo_url": f"/logo.png?company={company.id}"},
            "sender": {"name": envelope.user_id.sudo().name},
            "signer": {
                "id": self.id,
                "name": self.name,
                "action": self.action,
                "is_rtl": self._is_rtl(),
            },
            "documents": [
                {
                    "id": document.id,
                    "name": document.name,
                    "url": f"{self._page_path()}/document/{document.id}",
                    "pages": document.page_geometry or [],
                }
                for document in envelope.document_ids
            ],
            "fields": [field._for_page() for field in self.field_ids],
            "consent": self._consent_text(),
            "urls": {
                name: f"{self._page_path()}/{name}"
                for name in ("opened", "sign", "decline", "delegate", "ask", "status")
            },
            "delegation": self._delegation_page(),
            "decline_ends": not envelope._outlives_refusals() and not self._acts_alone(),
            "done": self._done_page(),
        }

    def _page_state(self):
        if self.state != "signed":
            return "ready"
        return "completed" if self.envelope_id.state == "completed" else "signed"

    def _deadline_text(self):
        deadline = self.envelope_id.date_deadline
        if not deadline:
            return ""
        local = fields.Datetime.context_timestamp(self.with_context(tz=self._time_zone()), deadline)
        day = format_date(self.env, local.date(), lang_code=self._lang(), date_format="long")
        hour = format_time(self.env, local.time(), time_format="short", lang_code=self._lang())
        # few contacts have a time zone of their own: that of the sender is not theirs
        zone = local.tzname() or ""
        glue = get_datetime_format("medium", locale=babel_locale_parse(self._lang()))
        zone = f"{'UTC' if zone[:1] in ('+', '-') else ''}{zone}"
        return f"{glue.format(hour, day)} {zone}".rstrip()

    def _lang(self):
        """Return the participant's language, if it is (still) one of this database's."""
        code = self.lang or ""
        if code and self.env["res.lang"]._get_data(code=code):
            return code
        return self.company_id.partner_id.lang or "en_US"

    def _is_rtl(self):
        """Tell whether this participant's language runs from right to left."""
        return self.env["res.lang"]._get_data(code=self._lang()).direction == "rtl"

    def _time_zone(self):
        """Return the zone in which times are told: the contact's, else the sender's."""
        return self.partner_id.tz or self.envelope_id.user_id.tz or "UTC"

    def _done_page(self):
        """Return what the page offers after signing: the copy when ready, and where to go."""
        envelope = self.envelope_id
        _ = self.env._
        record = envelope._record()
        following = None
        if record is not None and hasattr(record, "_esign_next_url"):
            following = record.sudo().with_context(lang=self._lang())._esign_next_url(envelope)
        ready = envelope.state == "completed"
        return {
            "message": self._done_text(),
            "documents": [
                {"id": d.id, "name": d.name, "url": f"{self._page_path()}/signed/{d.id}"}
                for d in (self._documents() if ready else ())
            ],
            **self._evidence_page(),
            "next_url": following and following[0],
            "next_label": following and following[1],
        }

    def _done_text(self):
        """Return how far it is; that somebody else has declined is not for everybody to know."""
        _ = self.env._
        state = self.envelope_id.state
        if state not in ("signed", "completed"):
            if state == "sent" and self._is_asked_again():
                return _(
                    "You are asked once more, for another step: that link is sent to you, too."
                )
            if not self.email:
                return _("Your link leads to the signed copy as soon as everyone has signed.")
            return _("You will get the signed copy by email as soon as everyone has signed.")
        if self.envelope_id.refused_by or self._acts_alone():
            if state == "completed" and self.email:
                return _("The document is complete. A copy is on its way to you by email.")
            if state == "completed":
                return _("The document is complete. Your link leads here again.")
            return _("The document is complete. It is being sealed.")
        if state == "completed" and self.email:
            return _("Everyone has signed. A copy is on its way to you by email.")
        if state == "completed":
            return _("Everyone has signed. Your link leads here again.")
        return _("Everyone has signed. The signed document is being sealed.")

    def _is_asked_again(self):
        """Tell whether the same person is in the envelope once more, and has not acted there.

        Not whoever shares the address: what is said to one of them is not for the other.
        """
        own = self._person()
        left = self.envelope_id.signer_ids.filtered(
            lambda other: other.action != "copy" and other.state in ("waiting", "invited", "opened")
        )
        return any(other._person() == own for other in left)

    def _person(self):
        return self.partner_id, self.name, email_normalize(self.email or "")

    def _acts_alone(self):
        """Tell whether nobody else had anything to do."""
        others = self.envelope_id.signer_ids - self
        return not others.filtered(lambda other: other.action in ("sign", "approve"))

    def _page_path(self):
        """Return the address of the signing page; it gives no access by itself."""
        self.ensure_one()
        return f"/esign/sign/{self.access_ref}"

    # ------------------------------------------------------------- portal
    @api.model
    def _portal_domain(self, name, user):
        """Return which participations ``user`` finds in the portal's list ``name``.

        Those of the own contact, at the own address: what was handed on is somebody else's.
        """
        partner = user.partner_id
        own = fields.Domain(
            [
                ("partner_id", "=", partner.id),
                ("email", "=ilike", partner.email_normalized or "-"),
                ("date_invited", "!=", False),
            ]
        )
        if name == "to_sign":
            return own & fields.Domain(
                [
                    ("envelope_id.state", "=", "sent"),
                    ("state", "in", ("invited", "opened")),
                    ("action", "!=", "copy"),
                ]
            )
        return own & fields.Domain(
            [("state", "=", "signed"), ("envelope_id.state", "in", ("sent", "signed", "completed"))]
        )

import hashlib
import unicodedata

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .esign_code import MAX_TRIES, PROVEN_FOR, settled
from .guard import unlocked

MAX_TRIES_EVER = 15
MIN_ACCESS_CODE = 6
MAX_ACCESS_CODE = 100


class EsignSigner(models.Model):
    """Codes that a participant enters to show who it is."""

    _inherit = "esign.signer"

    access_code = fields.Char(
        compute="_compute_access_code",
        inverse="_inverse_access_code",
        help="Agreed on separately, for example by phone. Only a hash of it is stored.",
    )
    access_code_digest = fields.Char(groups=fields.NO_ACCESS, copy=False)
    code_requests = fields.Integer(groups=fields.NO_ACCESS, copy=False, default=0)
    code_tries = fields.Integer(groups=fields.NO_ACCESS, copy=False, default=0)
    is_locked_out = fields.Boolean("Locked", compute="_compute_is_locked_out", compute_sudo=True)

    # ------------------------------------------------------------- access code
    def _compute_access_code(self):
        """What was set is shown as set, never as what it is."""
        for signer in self:
            signer.access_code = "••••••" if signer.sudo().access_code_digest else False

    def _inverse_access_code(self):
        for signer in self:
            if set(signer.access_code or "") == {"•"}:
                continue
            digest = signer._access_code_digest(signer.access_code)
            unlocked(signer.sudo()).write({"access_code_digest": digest})

    def _access_code_digest(self, code):
        """Return what is kept of an access code; False for none."""
        self.ensure_one()
        code = _plain(code or "")
        if code and len(code) < MIN_ACCESS_CODE:
            raise UserError(
                self.env._("An access code needs at least %s letters or digits.", MIN_ACCESS_CODE)
            )
        if len(code) > MAX_ACCESS_CODE:
            raise UserError(
                self.env._("An access code can have at most %s letters or digits.", MAX_ACCESS_CODE)
            )
        # agreed on by phone: nobody hears which letters are capitals
        return self.env["esign.code"]._keyed(f"access:{self.id}", code.lower()) if code else False

    def _compute_is_locked_out(self):
        for signer in self:
            signer.is_locked_out = signer.code_tries >= MAX_TRIES_EVER

    # ------------------------------------------------------------- what is missing
    def _missing_proofs(self, session):
        """Return the methods that this visitor's session has still to prove, in their order."""
        self.ensure_one()
        asked = self._asked_for()
        if not asked:
            return []
        if not session:
            return asked
        proven = (
            self.env["esign.code"]
            .sudo()
            .search(
                [
                    ("signer_id", "=", self.id),
                    ("session_sha256", "=", _sha256(session)),
                    ("date_used", ">", fields.Datetime.now() - PROVEN_FOR),
                ]
            )
        )
        return [code for code in asked if code not in proven.mapped("method")]

    def _code_state(self, method, session):
        """Return where the newest code of this session stands: None, asked, sent, failed, over."""
        if not self._identification_method(method)._sends:
            return "sent"
        code = (
            self.env["esign.code"]
            .sudo()
            .search([("signer_id", "=", self.id), ("method", "=", method)], limit=1)
        )
        if not code or not session or code.session_sha256 != _sha256(session) or code.date_used:
            return None
        if code.error:
            return "failed"
        if not code.date_sent:
            return "asked"
        over = code.date_expires <= fields.Datetime.now() or code.tries >= MAX_TRIES
        return "over" if over else "sent"

    def _identification_page(self, method, session):
        """Return what the page says that asks for a code."""
        way = self._identification_method(method)
        state = self._code_state(method, session)
        return {
            "method": method,
            "state": "locked" if self.is_locked_out else state,
            "sends": way._sends,
            "address": way._shown_address(self),
            "hint": way._hint(self),
            "numeric": way._sends,
            "locked_text": self._locked_out_text(),
            "send_url": f"{self._page_path()}/code",
            "enter_url": f"{self._page_path()}/identify",
            "state_url": f"{self._page_path()}/code_state",
            "way_back": self._way_back(),
            "page_url": self._page_path(),
            "steps": self._identification_steps(method, session),
        }

    def _identification_steps(self, method, session):
        """Return the ways to show who one is, where several are asked for, ``method`` now."""
        codes = [code for code in self._identification_codes() if code != "link"]
        labels, missing = self._identification_labels(), self._missing_proofs(session)
        steps = [
            {"label": labels[code], "is_done": code not in missing, "is_now": code == method}
            for code in codes
        ]
        return steps if len(steps) > 1 else []

    # ------------------------------------------------------------- asking for a code
    def _request_code(self, method, session):
        """Queue a code for this visitor's session; return why not, or None."""
        self.ensure_one()
        if method not in self._asked_for() or not session:
            return self.env._("Please reload the page.")
        return settled(
            self.env, lambda env: env["esign.signer"].browse(self.id)._queue_code(method, session)
        )

    def _queue_code(self, method, session):
        way = self._identification_method(method)
        # one after the other for each participant, so that none slips past the limit
        self.env.cr.execute(
            SQL("UPDATE esign_signer SET code_requests = code_requests + 1 WHERE id = %s", self.id),
            log_exceptions=False,
        )
        self.invalidate_recordset()
        if self.is_locked_out:
            return self._locked_out_text()
        codes = self.env["esign.code"]
        address_sha256 = _sha256(f"{method}:{way._address(self)}") if way._sends else False
        if way._sends and codes._too_many(self, address_sha256):
            return self.env._(
                "Too many codes were sent within the last hour. Please wait a little, or contact "
                "%s.",
                self.envelope_id.user_id.name,
            )
        code = codes.create(
            {
                "signer_id": self.id,
                "method": method,
                "session_sha256": _sha256(session),
                "address_sha256": address_sha256,
            }
        )
        if way._sends:
            self.env["esign.job"]._enqueue("code", self.envelope_id, signer=self, turn=code.id)
        else:
            code._make()
        return None

    def _locked_out_text(self):
        return self.env._(
            "Too many wrong codes were entered. %s can unlock this for you.",
            self.envelope_id.user_id.sudo().name,
        )

    # ------------------------------------------------------------- entering a code
    def _enter_code(self, method, session, entered):
        """Judge an entered code; return None if it is right, else a sentence."""
        self.ensure_one()
        if method not in self._asked_for() or not session:
            return self.env._("Please reload the page.")
        entered = _plain(entered)[:MAX_ACCESS_CODE]
        if not entered:
            return self.env._("Please enter the code.")
        way = self._identification_method(method)
        if not way._sends and self._open_code(method, session) is None:
            refusal = self._request_code(method, session)
            if refusal:
                return refusal
        return settled(
            self.env,
            lambda env: env["esign.signer"].browse(self.id)._judge_code(method, session, entered),
        )

    def _open_code(self, method, session):
        """Return the session's code that may still be tried, or None."""
        code = (
            self.env["esign.code"]
            .sudo()
            .search([("signer_id", "=", self.id), ("method", "=", method)], limit=1)
        )
        good = code.session_sha256 == _sha256(session) and not code.date_used
        usable = good and code.tries < MAX_TRIES and code.date_expires > fields.Datetime.now()
        return code if code and usable else None

    def _judge_code(self, method, session, entered):
        if not self._take_try():
            return self._locked_out_text()
        code = self.env["esign.code"]._take_try(self, method, _sha256(session))
        if not code:
            # nothing was compared, so nothing is counted against this participant
            self.env.cr.rollback()
            return self.env._("This code can no longer be used. Please request a new one.")
        stored = None
        if not self._identification_method(method)._sends:
            stored = self.sudo().access_code_digest
            if not stored:
                return self.env._("There is no access code.")
        if code._fits(entered, stored):
            code.date_used = fields.Datetime.now()
            # the limit is for guesses; whoever knows the code is no guesser
            self.env.cr.execute(
                SQL("UPDATE esign_signer SET code_tries = code_tries - 1 WHERE id = %s", self.id)
            )
            self.envelope_id._log(
                "code_right", {**self._evidence_facts(), "method": method}, actor=self
            )
            return None
        self._log_wrong_code(method)
        left = MAX_TRIES - code.tries
        if self.is_locked_out:
            return self._locked_out_text()
        if left <= 0 and not self._identification_method(method)._sends:
            # the agreed code is no other one next time: there is nothing new to ask for
            return self.env._(
                "That code is not correct. Please ask %s for it.",
                self.envelope_id.user_id.sudo().name,
            )
        if left <= 0:
            return self.env._("That code was not correct. Please request a new one.")
        return self.env._("That code is not correct. Attempts left: %s.", left)

    def _take_try(self):
        """Count a try against the participant's whole life; return whether there was one left."""
        self.env.cr.execute(
            SQL(
                """UPDATE esign_signer SET code_tries = code_tries + 1
                    WHERE id = %s AND code_tries < %s RETURNING id""",
                self.id,
                MAX_TRIES_EVER,
            ),
            log_exceptions=False,
        )
        taken = bool(self.env.cr.fetchone())
        self.invalidate_recordset()
        return taken

    def _log_wrong_code(self, method):
        facts = {**self._evidence_facts(), "method": method, "tries": self.code_tries}
        self.envelope_id._log("code_wrong", facts, actor=self)
        if self.is_locked_out:
            self.envelope_id._log("locked_out", facts)
            self.envelope_id._tell_responsible(self._locked_out_words)

    def _locked_out_words(self, _):
        return (
            _(
                "%(name)s entered a wrong code %(count)s times and is locked out. If you know why, "
                "unlock the participant or choose another way to identify them.",
                name=self.name,
                count=self.code_tries,
            ),
            _(
                "%(name)s is locked out: %(subject)s",
                name=self.name,
                subject=self.envelope_id.name,
            ),
        )

    def action_unlock(self):
        """Give a locked-out participant new tries; the sender decides that."""
        for signer in self:
            signer.envelope_id.check_access("write")
            unlocked(signer.sudo()).write({"code_tries": 0})
            signer.sudo().envelope_id._log(
                "unlocked", signer._evidence_facts(), actor=self.env.user
            )
        names = ", ".join(self.mapped("name"))
        return self._told(self.env._("%s can enter codes again.", names))


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(text):
    """Return a code as people mean it: other digits, spaces and dashes make no difference."""
    text = unicodedata.normalize("NFKC", text) if isinstance(text, str) else ""
    digits = "".join(
        str(unicodedata.digit(char)) if unicodedata.digit(char, None) is not None else char
        for char in text
    )
    return "".join(char for char in digits if char not in " -\t\u00a0").strip()

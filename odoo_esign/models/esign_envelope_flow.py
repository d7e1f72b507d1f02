import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .esign_envelope import OPEN_STATES
from .esign_envelope_evidence import LOG_END
from .guard import unlocked
from .printable import why_unprintable

_logger = logging.getLogger(__name__)

SHOWN_TEXT = 60

MOVES = {
    "draft": {"preparing", "cancelled"},
    "preparing": {"sent", "cancelled", "expired"},
    "sent": {"signed", "declined", "expired", "cancelled"},
    # cancelled only where sealing needs attention for good: the signatures and the log stay
    "signed": {"completed", "cancelled"},
    "expired": {"sent"},
}
# also what could not be prepared in time: nobody is asked for what is over
EXPIRING = ("preparing", "sent")


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    # ------------------------------------------------------------- state
    def _update_state(self, state, **values):
        """Move to ``state`` if that is an allowed move.

        :return: whether anything changed. A replayed or a forbidden move changes nothing
            and never raises: the caller may be a job that runs a second time.
        """
        self.ensure_one()
        if state not in MOVES.get(self.state, ()):
            if state != self.state:
                _logger.info("envelope %s: no way from %s to %s", self.id, self.state, state)
            return False
        unlocked(self).write({"state": state, **values})
        return True

    def _lock(self):
        """Take the envelope's row for this transaction; return the end of its log.

        An UPDATE, not a SELECT … FOR UPDATE: under REPEATABLE READ only this makes the
        second of two simultaneous transactions fail and run again on what the first wrote.
        For the same reason what was read before stays good: all of a transaction's reads see
        one state of the database, and this fails if anybody has changed the envelope since.
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE esign_envelope SET revision = revision + 1 WHERE id = %s RETURNING %s",
                self.id,
                LOG_END,
            ),
            log_exceptions=False,  # meeting another transaction is expected, Odoo tries again
        )
        self.invalidate_recordset(["revision"], flush=False)
        return self.env.cr.fetchone()

    # ------------------------------------------------------------- sending
    def action_send(self):
        """Queue the preparation; the first step is invited when the documents are frozen."""
        for envelope in self:
            envelope.check_access("write")
            envelope._check_sendable()
        for envelope in self.sudo():
            seal = envelope.company_id._esign_seal()
            seal._check_usable()
            envelope._lock()
            if not envelope._update_state(
                "preparing", sender_id=self.env.uid, seal_id=seal.id
            ):
                raise UserError(self.env._("“%s” has already been sent.", envelope.name))
            envelope._log(
                "requested",
                {
                    "subject": envelope.name,
                    "record": envelope.record_name or "",
                    "documents": envelope.document_ids.mapped("name"),
                    "participants": [s._evidence_facts() for s in envelope.signer_ids],
                    "seal": {"name": seal.name, "kind": seal.code, "state": seal.state},
                    "stampers": envelope.company_id._esign_stamper_facts(),
                },
                actor=self.env.user,
            )
            self.env["esign.job"]._enqueue("prepare", envelope)
        return True

    def _check_sendable(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("“%s” has already been sent.", self.name))
        if not self.document_ids:
            raise UserError(self.env._("Add a document before sending."))
        acting = self.signer_ids.filtered(lambda s: s.action in ("sign", "approve"))
        if not acting:
            raise UserError(self.env._("Add at least one person who signs or approves."))
        if self.date_deadline and self.date_deadline <= fields.Datetime.now():
            raise UserError(self.env._("The deadline must be in the future."))
        self._check_texts()
        self.signer_ids._check_reachable()
        self.document_ids._check_source()

    def _check_texts(self):
        """Refuse what can't be printed while there is somebody to write it in another way."""
        for record in (self, *self.document_ids, *self.signer_ids, *self.signer_ids.field_ids):
            for name, longest in record._esign_printed_fields.items():
                what = record._fields[name]._description_string(self.env)
                self._check_text(what, record[name], longest)

    @api.model
    def _check_text(self, what, text, longest):
        """Refuse a text, or one of several, that can't be printed or does not end.

        :raise UserError: in words for the sender
        """
        for one in text if isinstance(text, list) else [text]:
            if not isinstance(one, str):
                continue
            if len(one) > longest:
                raise UserError(
                    self.env._(
                        "“%(text)s…” is too long (%(what)s): at most %(count)s characters.",
                        text=one[:SHOWN_TEXT],
                        what=what,
                        count=longest,
                    )
                )
            problem = why_unprintable(self.env, one)
            if problem:
                raise UserError(
                    self.env._("“%(text)s”: %(why)s", text=one[:SHOWN_TEXT], why=problem)
                )

    # ------------------------------------------------------------- steps
    def _current_step(self):
        """Return the number of the first step in which somebody still has to act, or None."""
        waiting = self.signer_ids.filtered(lambda s: s._blocks())
        return min(waiting.mapped("step"), default=None)

    def _open_next_step(self):
        """Open the step whose turn it is; return the jobs that invite, each signer once."""
        self.ensure_one()
        step = self._current_step()
        turn = self.signer_ids.filtered(
            lambda s: (
                (step is None or s.step <= step)
                and not s.date_invited
                and not s._is_over()
                and s.action != "copy"
            )
        )
        for signer in turn:
            unlocked(signer).write({"date_invited": fields.Datetime.now()})
            signer._notify_user()
        return [("invite", signer, signer.invite_count) for signer in turn]

    def _after_act(self, lines=(), jobs=(), behind=None):
        """Go on when a participant has acted: next step, or everything is signed.

        :param lines: what there is to log about the act, as for ``_log_lines``
        :param jobs: what there is to do about the act, as for ``_enqueue_all``
        :param behind: what ``_lock`` has returned, if nothing was logged since
        """
        self.ensure_one()
        lines, jobs = [*lines], [*jobs, *self._open_next_step()]
        now = fields.Datetime.now()
        if self._current_step() is None and self._update_state("signed", date_signed=now):
            lines.append(("all_signed", {}, None))
            jobs.append(("complete", None, None))
        if lines:
            self._log_lines(lines, behind)
        self.env["esign.job"]._enqueue_all(self, jobs)

    def _note_attention(self):
        """Keep whether a job asks for attention; called whenever the state of one changes."""
        asking = (
            self.env["esign.job"]
            .sudo()
            .search([("envelope_id", "in", self.ids), ("state", "=", "attention")])
            .envelope_id
        )
        for envelope in unlocked(self.sudo()):
            if envelope.needs_attention != (envelope in asking):
                envelope.needs_attention = envelope in asking
                if not envelope.needs_attention:
                    envelope._solved_activities().unlink()

    def _solved_activities(self):
        """Return the system's own requests to look at what failed; those of people stay."""
        return self.activity_search(
            ["mail.mail_activity_data_warning"],
            additional_domain=[("create_uid", "=", SUPERUSER_ID)],
        )

    # ------------------------------------------------------------- closing
    def action_cancel(self):
        for envelope in self:
            envelope.check_access("write")
            envelope._check_cancellable()
            envelope.sudo()._cancel(self.env._("Cancelled by %s", self.env.user.name))
        return True

    def _cancel(self, reason, actor=None):
        """Close the envelope; its links are dead at once, its log stays."""
        for envelope in self:
            envelope._lock()
            if envelope._update_state("cancelled", closing_reason=reason):
                envelope._log("cancelled", {"reason": reason}, actor=actor or self.env.user)
                envelope._close_links()

    def _expire(self):
        """Close the envelope since its deadline has passed; a replay does nothing."""
        for envelope in self:
            envelope._lock()
            if envelope.state in EXPIRING and envelope._update_state("expired"):
                envelope._log(
                    "expired", {"deadline": fields.Datetime.to_string(envelope.date_deadline)}
                )
                envelope._rest_links()
                envelope._tell_responsible(envelope._expired_words)

    def _expired_words(self, _):
        return (
            _(
                "“%s” has expired: not everyone signed in time. You can reopen it with a new "
                "deadline; signatures already given stay valid.",
                self.name,
            ),
            _("Expired: %s", self.name),
        )

    def _close_links(self, but=None):
        """End all links, but that of the participant who gets the same answer when asked again."""
        dead = self.signer_ids - but if but else self.signer_ids
        unlocked(dead).write({"token_sha256": False})
        self.signer_ids._done_activities()
        self.env["esign.job"]._drop_pending(self)

    @api.model
    def _cron_expire(self):
        late = self.search(
            [("state", "in", EXPIRING), ("date_deadline", "<", fields.Datetime.now())]
        )
        self.env["ir.cron"]._esign_each(late, lambda envelope: envelope._expire())

    def _is_past_deadline(self):
        self.ensure_one()
        return bool(self.date_deadline and self.date_deadline < fields.Datetime.now())

    def action_retry(self):
        """Take up the jobs again that need attention."""
        self.check_access("write")
        self.sudo().job_ids.filtered(lambda j: j.state == "attention")._retry()
        return True

    def action_send_again(self):
        """Replace an envelope by a fresh one over what the record says now."""
        self.ensure_one()
        self.check_access("write")
        record = self._record()
        if not record or not hasattr(record, "action_esign_send"):
            raise UserError(self.env._("Create a new envelope: this one has no record to print."))
        if self.state in ("preparing", "sent"):
            self.sudo()._cancel(self.env._("Replaced by a new envelope"))
        return record.action_esign_send()

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_sign(self):
        """Open the signing page for the current user."""
        self.ensure_one()
        signer = self.my_signer_id
        if not signer:
            raise AccessError(self.env._("It is not your turn to sign “%s”.", self.name))
        return {"type": "ir.actions.act_url", "url": signer._page_path(), "target": "self"}

    @api.model
    def _open_for(self, records):
        """Return the envelopes that are under way about ``records``."""
        return self.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "in", OPEN_STATES),
            ]
        )

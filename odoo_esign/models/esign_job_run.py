import logging
import os
import socket
import threading
from contextlib import contextmanager
from copy import copy
from datetime import timedelta

import psycopg2.errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, plaintext2html

from ..pades.errors import PadesError
from .esign_job import JobRefused
from .in_words import in_words, kept
from .mail_message import redact

_logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 12
MAX_WAIT = 60
MAX_MEETINGS = 20
WRITE_TRIES = 10
# two transactions met; the later one runs again on what the first has written
CONCURRENT = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.errors.UniqueViolation)


class EnvelopeMoved(Exception):
    """The envelope has changed while the job worked: its result is thrown away, try again."""


class EsignJobRun(models.Model):
    """How jobs are claimed, run, retried and given up."""

    _inherit = "esign.job"

    @api.model
    def _cron_run(self):
        """Work until nothing is ready or the cron's time is up."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self._count_ready())
        while True:
            job_id = self._claim()
            if not job_id:
                break
            self._run(job_id)
            if not cron._commit_progress(1, remaining=self._count_ready()):
                break

    @api.model
    def _ready(self):
        """Return the SQL condition for those jobs ``j`` that a worker may take now."""
        return SQL(
            """j.state = 'pending'
                AND j.next_try <= now() AT TIME ZONE 'UTC'
                AND (j.lease_until IS NULL OR j.lease_until < now() AT TIME ZONE 'UTC')
                AND NOT (j.chained AND EXISTS (
                    SELECT 1 FROM esign_job e
                     WHERE e.envelope_id = j.envelope_id AND e.id < j.id
                       AND e.chained AND e.state IN ('pending', 'attention')))"""
        )

    @api.model
    def _count_ready(self):
        """Count what can be taken now; what another worker holds is that worker's to go on with."""
        self.flush_model()
        query = SQL("SELECT count(*) FROM esign_job j WHERE %s", self._ready())
        return self.env.execute_query(query)[0][0]

    @staticmethod
    def _worker():
        return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"

    @api.model
    def _claim(self):
        """Lease the next ready job to this worker; return its id, or None.

        A lease that ran out was held by a worker that died over the job: that counts as an
        attempt, so that a job that kills its workers ends in somebody's attention.
        """
        for _attempt in range(WRITE_TRIES):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(
                        SQL(
                            """UPDATE esign_job SET lease_owner = %s,
                                   lease_until = now() AT TIME ZONE 'UTC' + %s,
                                   attempts = attempts
                                       + CASE WHEN lease_owner IS NULL THEN 0 ELSE 1 END
                             WHERE id = (
                                SELECT j.id FROM esign_job j WHERE %s
                              ORDER BY j.next_try, j.id LIMIT 1
                            FOR UPDATE OF j SKIP LOCKED)
                            RETURNING id""",
                            self._worker(),
                            LEASE,
                            self._ready(),
                        ),
                        log_exceptions=False,
                    )
                    row = cr.fetchone()
                    return row[0] if row else None
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                continue
        return None

    @contextmanager
    def _own_environment(self):
        """A transaction of its own, in which the job runs as the system."""
        with self.env.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    @staticmethod
    def _for_reader(env, job_id):
        """Return the job in the language of the responsible user, who reads what it says."""
        job = env["esign.job"].browse(job_id)
        return job.with_context(lang=job.envelope_id.user_id.lang or None)

    @api.model
    def _run(self, job_id):
        """Run one claimed job through its parts and keep what went wrong."""
        lease = self._worker()
        try:
            with self._own_environment() as env:
                job = self._for_reader(env, job_id)
                if job.attempts >= MAX_ATTEMPTS:
                    raise JobRefused(
                        job.env._("The server stopped repeatedly while working on this.")
                    )
                kind, revision = job.kind, job.envelope_id.revision
                read = getattr(job, f"_read_{kind}", None)
                work = getattr(type(job), f"_work_{kind}", None)
                result = read() if read else None
            if work:
                result = work(result)
            result = self._send(job_id, kind, lease, result)
            self._write_result(job_id, kind, lease, revision, result)
        except (EnvelopeMoved, *CONCURRENT):
            self._postpone(job_id, lease)
        except JobRefused as refusal:
            self._fail(job_id, lease, refusal.args[0], final=True)
        except PadesError as error:
            self._fail(job_id, lease, error.sentence, final=not error.transient)
        except (UserError, AccessError) as error:
            self._fail(job_id, lease, str(error))
        except Exception as error:
            _logger.exception("signing job %s failed", job_id)
            self._fail(job_id, lease, f"{type(error).__name__}: {error}")

    def _send(self, job_id, kind, lease, result):
        """Let the job hand over its mails, in a transaction that no other one gets in the way of.

        A mail can't be taken back, while ``_write_<kind>`` is done again whenever it meets
        another transaction of the same envelope: therefore not there.
        """
        if not hasattr(self, f"_send_{kind}"):
            return result
        with self._own_environment() as env:
            job = self._for_reader(env, job_id)
            if job.state != "pending" or job.lease_owner != lease:
                return None
            return getattr(job, f"_send_{kind}")(result)

    def _write_result(self, job_id, kind, lease, revision, result):
        for attempt in range(WRITE_TRIES):
            try:
                with self._own_environment() as env:
                    job = self._for_reader(env, job_id)
                    if not job._take(lease):
                        return
                    if job.chained and job.envelope_id.revision != revision:
                        raise EnvelopeMoved
                    write = getattr(job, f"_write_{kind}", None)
                    # a copy: what this part takes out of it is there again if it runs again
                    refusal = write(copy(result)) if write else None
                    if isinstance(refusal, JobRefused):
                        # what was written stays, but somebody has to look at it
                        job._keep_failure(refusal.args[0], final=True)
                        return
                    job.write(
                        {
                            "state": "done",
                            "lease_owner": False,
                            "lease_until": False,
                            "error": False,
                        }
                    )
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if attempt == WRITE_TRIES - 1:
                    raise

    def _take(self, lease):
        """Hold the job's row; tell whether it is still ours to finish."""
        self.env.cr.execute(
            SQL(
                """SELECT id FROM esign_job
                    WHERE id = %s AND state = 'pending' AND lease_owner = %s FOR UPDATE""",
                self.id,
                lease,
            ),
            log_exceptions=False,
        )
        return bool(self.env.cr.fetchone())

    def _postpone(self, job_id, lease):
        """Hand the job back: somebody else was faster. It runs again at once, then ever later.

        What meets somebody else every time has another reason: that counts as a failure.
        """

        def hand_back(job):
            meetings = job.meetings + 1
            wait = timedelta(seconds=0 if meetings <= 3 else 2 ** min(meetings - 3, 6))
            job.write(
                {
                    "meetings": meetings,
                    "lease_owner": False,
                    "lease_until": False,
                    "next_try": fields.Datetime.now() + wait,
                    "state": "attention" if meetings >= MAX_MEETINGS else "pending",
                    "error": job.env._("Other changes keep getting in the way of this."),
                }
            )
            if job.state == "attention":
                job._ask_for_attention()
            else:
                job._trigger_cron(job.next_try if wait else None)

        self._settle(job_id, lease, hand_back)

    def _fail(self, job_id, lease, reason, final=False):
        """Keep the reason; try again after 1, 2, 4 … 60 minutes, at the end ask for attention."""

        self._settle(job_id, lease, lambda job: job._keep_failure(reason, final))

    def _keep_failure(self, reason, final):
        attempts = self.attempts + 1
        wait = timedelta(minutes=min(2 ** (attempts - 1), MAX_WAIT))
        ended = final or attempts >= MAX_ATTEMPTS
        self.write(
            {
                "attempts": attempts,
                "error": redact(in_words(self.env, reason)),
                "reason": None if type(reason) is str else kept(reason, clean=redact),
                "lease_owner": False,
                "lease_until": False,
                "state": "attention" if ended else "pending",
                "next_try": fields.Datetime.now() + wait,
            }
        )
        if ended:
            self._ask_for_attention()
        else:
            self._trigger_cron(self.next_try)

    def _settle(self, job_id, lease, change):
        """Change a job that did not succeed, unless it is not this worker's any more.

        Nothing is raised: at the worst the lease runs out, and the job is taken again.
        """
        for _attempt in range(WRITE_TRIES):
            try:
                with self._own_environment() as env:
                    job = self._for_reader(env, job_id)
                    if job._take(lease):
                        change(job)
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                continue
            except Exception:
                _logger.exception("signing job %s keeps its lease", job_id)
                return

    def _ask_for_attention(self):
        envelope = self.envelope_id
        envelope.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=envelope.user_id.id,
            summary=self.env._("“%s” needs your attention", envelope.name),
            note=plaintext2html(self._describe_failure()),
        )

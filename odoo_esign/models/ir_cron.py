import logging
import threading

from odoo import api, fields, models
from odoo.tools import SQL

from .esign_job_run import CONCURRENT

_logger = logging.getLogger(__name__)

TOLD_AFTER = 0.02
"""Seconds until the workers are told: by then the answer is on its way."""

_telling = {}  # by database: the timer that is set, so that many who sign cost one call


class IrCron(models.Model):
    """What the crons of this add-on have in common."""

    _inherit = "ir.cron"

    @api.model
    def _esign_each(self, records, act):
        """Let a cron do ``act`` to each record, in a transaction each, while it has time.

        One that fails, or meets somebody who signs at this moment, is left to the next run;
        it holds up no other.
        """
        self._commit_progress(remaining=len(records))
        for record in records:
            try:
                with self.env.cr.savepoint():
                    act(record)
            except CONCURRENT:
                _logger.info("%s is in use; the next run looks at it again", record)
            except Exception:
                _logger.exception("%s could not be looked after", record)
            if not self._commit_progress(1):
                break

    def _esign_wake(self):
        """Trigger this cron at once; its worker is told beside the answer, not before it.

        As ``_trigger`` does, in one statement. The triggers are committed before anybody is told:
        a worker that is not told finds them within a minute.
        """
        now, uid = fields.Datetime.now(), self.env.uid
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_cron_trigger
                    (cron_id, call_at, create_uid, create_date, write_uid, write_date)
                SELECT id, %s, %s, %s, %s, %s FROM ir_cron WHERE id = %s AND active""",
                *(now, uid, now, uid, now),
                self.id,
            )
        )
        if self.env.cr.rowcount:
            self.env.cr.postcommit.add(self._esign_tell_aside)

    def _esign_tell_aside(self):
        """Telling needs a connection to another database, made anew each time (6 to 9 ms).

        While it is being made, nobody in this process gives a connection back: hence a little
        later, and once for all who ask meanwhile.
        """
        database = self.env.cr.dbname
        if database in _telling:
            return
        timer = threading.Timer(TOLD_AFTER, _tell, (database, self._notifydb))
        timer.daemon = True
        _telling[database] = timer
        timer.start()


def _tell(database, notify):
    _telling.pop(database, None)
    try:
        notify()
    except Exception:
        _logger.warning("could not wake the crons; they look by themselves", exc_info=True)

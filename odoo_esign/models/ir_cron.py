import logging
import threading

from odoo import api, models

from .esign_job_run import CONCURRENT

_logger = logging.getLogger(__name__)
_ASIDE = "esign_notify_aside"


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

    def _esign_wake(self, at=None):
        """Trigger these crons; their workers are told beside the answer, not before it.

        Nobody who signs waits for that.
        """
        for cron in self.with_context(**{_ASIDE: True}):
            cron._trigger(at)

    def _notifydb(self):
        """Telling needs a connection to another database, made anew each time (6 to 9 ms).

        The triggers are committed already: a worker that is not told finds them within a minute.
        """
        if not self.env.context.get(_ASIDE):
            return super()._notifydb()
        threading.Thread(target=_tell, args=(super()._notifydb,), name="esign.notify").start()


def _tell(notify):
    try:
        notify()
    except Exception:
        _logger.warning("could not wake the crons; they look by themselves", exc_info=True)

import logging
import threading

from odoo import models

_logger = logging.getLogger(__name__)
_ASIDE = "esign_notify_aside"


class IrCron(models.Model):
    """Nobody who signs waits until the crons are told about it."""

    _inherit = "ir.cron"

    def _esign_wake(self, at=None):
        """Trigger these crons; their workers are told beside the answer, not before it."""
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

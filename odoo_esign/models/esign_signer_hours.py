from datetime import timedelta

import pytz

from odoo import models

WEEKDAYS = range(5)
OFFICE_HOURS = range(8, 18)


class EsignSigner(models.Model):
    """When a participant is at work, as far as that is known."""

    _inherit = "esign.signer"

    def _working_calendar(self):
        """Return the working hours of one of our users; of others we know none."""
        user = self.user_id.sudo()
        if not user:
            return self.env["resource.calendar"]
        return user.resource_calendar_id or self.company_id.sudo().resource_calendar_id

    def _is_working(self, moment):
        """Tell whether ``moment`` (UTC) lies in this participant's working hours."""
        return self._works_between(moment, moment + timedelta(minutes=1))

    def _works_between(self, start, end):
        """Tell whether this participant is at work at any time from ``start`` to ``end`` (UTC).

        Others than our users work from 8 to 18 o'clock on weekdays of their time zone.
        """
        self.ensure_one()
        zone = pytz.timezone(self._time_zone())
        start, end = (pytz.utc.localize(moment).astimezone(zone) for moment in (start, end))
        calendar = self._working_calendar()
        if calendar:
            return bool(calendar._work_intervals_batch(start, end, tz=zone)[False])
        while start < end:
            if start.weekday() in WEEKDAYS and start.hour in OFFICE_HOURS:
                return True
            start = zone.normalize(start + timedelta(hours=1))
        return False

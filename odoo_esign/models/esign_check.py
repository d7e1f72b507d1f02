import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..pades.errors import PadesError
from .esign_event import UntiedMany2one
from .in_words import kept

_logger = logging.getLogger(__name__)

# a cron's hour wanders a little; this is 'once a day' all the same
DAY = timedelta(hours=20)
RETRY = timedelta(hours=1)
# without an anchor for so long somebody has to look
LATE = timedelta(days=3)
SAMPLE = 500
SAMPLE_PARAMETER = "odoo_esign.daily_sample"
COMPANY_KINDS = ("anchor",)


class EsignCheck(models.Model):
    """The daily check: when each envelope, and each company as a whole, was last looked at.

    Nothing is raised out of the cron, and what takes long (files, signatures, time stamps) is
    done without an open transaction.
    """

    _name = "esign.check"
    _description = "Daily Check of the Evidence"
    _log_access = False

    company_id = UntiedMany2one("res.company", required=True)
    envelope_number = fields.Integer(required=True, help="0: the company as a whole")
    checked = fields.Datetime(required=True)

    _envelope_uniq = models.UniqueIndex("(company_id, envelope_number)")

    # ------------------------------------------------------------- the cron
    @api.model
    def _cron_run(self):
        cron = self.env["ir.cron"]
        companies = self._due_companies()
        envelopes = self._to_sample()
        cron._commit_progress(remaining=len(companies) + len(envelopes))
        for step, ids in ((self._check_company, companies), (self._check_envelope, envelopes)):
            for id_ in ids:
                try:
                    step(id_)
                except Exception:
                    _logger.exception("the daily check failed: %s(%s)", step.__name__, id_)
                if not cron._commit_progress(1):
                    return

    def _own_environment(self):
        return self.env["esign.job"]._own_environment()

    @api.model
    def _due_companies(self):
        """Return the companies that have logs, or had, and were not checked today."""
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id FROM res_company c
              LEFT JOIN esign_check k ON k.company_id = c.id AND k.envelope_number = 0
                  WHERE (EXISTS (SELECT 1 FROM esign_event e WHERE e.company_id = c.id)
                      OR EXISTS (SELECT 1 FROM esign_anchor a WHERE a.company_id = c.id))
                    AND (k.checked IS NULL OR k.checked < %s)
               ORDER BY c.id""",
                fields.Datetime.now() - DAY,
            )
        )
        return [id_ for (id_,) in rows]

    @api.model
    def _to_sample(self):
        """Return the envelopes to look into today: those with alerts, then those long not seen."""
        today = fields.Datetime.now() - DAY
        rows = self.env.execute_query(
            SQL(
                """WITH alerted AS (
                    SELECT DISTINCT envelope_number FROM esign_alert WHERE state != 'mended')
                SELECT v.id FROM esign_envelope v
             LEFT JOIN esign_check k
                    ON k.company_id = v.company_id AND k.envelope_number = v.id
             LEFT JOIN alerted a ON a.envelope_number = v.id
                 WHERE v.state != 'draft' AND (k.checked IS NULL OR k.checked < %s)
              ORDER BY a.envelope_number IS NULL, k.checked NULLS FIRST, v.id
                 LIMIT %s""",
                today,
                max(self._sample_size() - self._count_checked(today), 0),
            )
        )
        return [id_ for (id_,) in rows]

    def _sample_size(self):
        value = self.env["ir.config_parameter"].sudo().get_param(SAMPLE_PARAMETER, "")
        return int(value) if value.strip().isdigit() else SAMPLE

    def _count_checked(self, since):
        return self.search_count([("envelope_number", "!=", 0), ("checked", ">=", since)])

    @api.model
    def _note(self, company_id, number=0):
        self.env.cr.execute(
            SQL(
                """INSERT INTO esign_check (company_id, envelope_number, checked)
                   VALUES (%s, %s, %s) ON CONFLICT (company_id, envelope_number)
                   DO UPDATE SET checked = EXCLUDED.checked""",
                company_id,
                number,
                fields.Datetime.now(),
            )
        )

    # ------------------------------------------------------------- a company
    @api.model
    def _check_company(self, company_id):
        """Check what can be checked for all envelopes at once, then anchor their logs."""
        broken = self.env["esign.anchor"]._check(company_id, fields.Date.today().toordinal())
        with self._own_environment() as env:
            checks = env["esign.check"]
            found = checks._find_gone(company_id)
            judged = checks._judged_gone(company_id)
            found |= checks._find_suspects(company_id)
        found |= self._find_missing_files(company_id)
        if broken:
            found[0, "anchor"] = {"problems": broken}
        judged |= {(0, kind) for kind in COMPANY_KINDS}
        with self._own_environment() as env:
            env["esign.alert"]._report(company_id, found, judged)
        self._anchor(company_id)

    def _anchor(self, company_id):
        """Make the day's anchor; if there is no time stamp to be had, try again in an hour."""
        try:
            self.env["esign.anchor"]._make(company_id)
            late = {}
        except PadesError as error:
            _logger.warning("no anchor for company %s: %s", company_id, error)
            late = {"why": kept(error.sentence)}
        with self._own_environment() as env:
            checks = env["esign.check"]
            since = checks._without_anchor_since(company_id)
            if late and since < fields.Datetime.now() - LATE:
                late["since"] = since.date().isoformat()
                env["esign.alert"]._report(company_id, {(0, "late"): late}, set())
            if late:
                checks._try_again()
            else:
                checks._note(company_id)
                env["esign.alert"]._report(company_id, {}, {(0, "late")})

    def _try_again(self):
        cron = self.env.ref("odoo_esign.cron_check", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(fields.Datetime.now() + RETRY)

    def _without_anchor_since(self, company_id):
        """Return when the last anchor was made, or the first log began where there is none."""
        [[ts]] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(
                    (SELECT max(ts) FROM esign_anchor WHERE company_id = %(company)s),
                    (SELECT min(ts) FROM esign_event WHERE company_id = %(company)s AND seq = 1))
                """,
                company=company_id,
            )
        )
        return fields.Datetime.to_datetime(ts[:19].replace("T", " "))

from datetime import timedelta

from cryptography import x509

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .guard import unlocked

RENEW_DAYS = 180
RENEW_DAYS_PARAMETER = "odoo_esign.renew_days"
# what was renewed a moment ago by a stamper that ends soon itself gains nothing from another one
PAUSE = timedelta(days=30)
# an alert is raised where so little time is left
WARN_DAYS = 30
BATCH = 500


class EsignDocument(models.Model):
    _inherit = "esign.document"

    stamp_expires = fields.Date(
        "Time stamp valid until",
        readonly=True,
        copy=False,
        index=True,
        help="When the certificate of the last time stamp expires. It is renewed before that.",
    )
    stamped_on = fields.Date("Last time stamp", readonly=True, copy=False)

    def _keep_stamp_end(self, stamped):
        """Note until when a document time stamp that was just made can be judged."""
        end = x509.load_der_x509_certificate(stamped.cert_der).not_valid_after_utc
        unlocked(self).write({"stamp_expires": end.date(), "stamped_on": fields.Date.today()})

    def _renew_by(self, end):
        """Renew for that day at the latest: the stamp on the package's list ends, and renewing
        makes the package anew.
        """
        later = self.filtered(lambda d: d.stamp_expires and d.stamp_expires > end)
        unlocked(later).write({"stamp_expires": end})

    @api.model
    def _cron_renew(self):
        """Queue what ends soon, in batches: nobody waits for all of it in one transaction."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self._count_ending())
        last = queued = 0
        while ids := self._envelopes_where(self._ending(), last):
            envelopes = self.env["esign.envelope"].browse(ids)
            queued += len(self.env["esign.job"]._enqueue_renewals(envelopes, start=queued))
            last = ids[-1]
            self.env.invalidate_all()
            if not cron._commit_progress(len(ids)):
                break

    def _ending(self):
        """Return the SQL condition for documents ``d`` whose stamp has to be renewed now."""
        value = self.env["ir.config_parameter"].sudo().get_param(RENEW_DAYS_PARAMETER, "")
        days = int(value) if value.strip().isdigit() else RENEW_DAYS
        today = fields.Date.today()
        return SQL(
            """d.stamp_expires <= %s AND (d.stamped_on IS NULL OR d.stamped_on <= %s)
               AND NOT EXISTS (
                SELECT 1 FROM esign_job j WHERE j.envelope_id = d.envelope_id
                   AND j.kind = 'renew' AND j.state IN ('pending', 'attention'))""",
            today + timedelta(days=days),
            today - PAUSE,
        )

    def _count_ending(self):
        query = SQL(
            "SELECT count(DISTINCT d.envelope_id) FROM esign_document d WHERE %s", self._ending()
        )
        return self.env.execute_query(query)[0][0]

    def _envelopes_where(self, condition, last):
        """Return the next batch of envelopes' ids, of documents ``d`` that fulfil a condition."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT d.envelope_id FROM esign_document d
                    WHERE d.envelope_id > %s AND %s ORDER BY d.envelope_id LIMIT %s""",
                last,
                condition,
                BATCH,
            )
        )
        return [id_ for (id_,) in rows]


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    def action_renew(self):
        """Queue a further time stamp now, for example when a stamper was revoked."""
        if not self.env.user.has_group("odoo_esign.group_esign_admin"):
            raise UserError(self.env._("Only a signature administrator can renew time stamps."))
        self.check_access("write")
        stamped = self.sudo().document_ids.filtered("stamp_expires").envelope_id
        if not stamped:
            raise UserError(
                self.env._("Choose completed envelopes: only they have time stamps to renew.")
            )
        jobs = self.env["esign.job"]._enqueue_renewals(stamped)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%s envelopes will get an additional time stamp in the background.", len(jobs)
                ),
            },
        }

    @api.model
    def _renew_all(self, company):
        """Queue all documents of a company: its seal or stamper can't be relied on any more."""
        documents, last, queued = self.env["esign.document"].sudo(), 0, 0
        every = SQL("d.company_id = %s AND d.stamp_expires IS NOT NULL", company.id)
        while ids := documents._envelopes_where(every, last):
            queued += len(self.env["esign.job"]._enqueue_renewals(self.browse(ids), start=queued))
            last = ids[-1]
        return queued


class EsignCheck(models.Model):
    _inherit = "esign.check"

    @api.model
    def _find_unrenewed(self, company_id):
        """Return the envelopes with a time stamp that ends in a month and is not renewed yet."""
        rows = self.env.execute_query(
            SQL(
                """SELECT d.envelope_id, min(d.stamp_expires), array_agg(DISTINCT d.name),
                          (array_agg(j.error ORDER BY j.id DESC))[1],
                          (array_agg(j.reason ORDER BY j.id DESC))[1]
                     FROM esign_document d
                LEFT JOIN esign_job j ON j.envelope_id = d.envelope_id AND j.kind = 'renew'
                      AND j.state IN ('pending', 'attention')
                    WHERE d.company_id = %s AND d.stamp_expires <= %s
                 GROUP BY d.envelope_id""",
                company_id,
                fields.Date.today() + timedelta(days=WARN_DAYS),
            )
        )
        return {
            (id_, "renewal"): {
                "documents": sorted(names),
                "ends": fields.Date.to_string(ends),
                "why": reason or error or "",
            }
            for id_, ends, names, error, reason in rows
        }

    @api.model
    def _find_suspects(self, company_id, envelope_id=None):
        found = super()._find_suspects(company_id, envelope_id)
        return found if envelope_id else found | self._find_unrenewed(company_id)

    @api.model
    def _judged_gone(self, company_id):
        alerts = self.env["esign.alert"].search(
            [("company_id", "=", company_id), ("kind", "=", "renewal"), ("state", "!=", "mended")]
        )
        return super()._judged_gone(company_id) | {
            (alert.envelope_number, "renewal") for alert in alerts
        }

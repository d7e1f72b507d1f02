import io
import logging
import traceback

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..pades.errors import PadesError
from ..pades.seals.trial import try_out
from .esign_seal_method import Subject
from .in_words import in_words

_logger = logging.getLogger(__name__)


class EsignSeal(models.Model):
    """The button that tries a seal out, with a page of its own."""

    _inherit = "esign.seal"

    test_date = fields.Datetime("Tested", readonly=True, copy=False)
    test_ok = fields.Boolean("Test passed", readonly=True, copy=False)
    test_result = fields.Text("Result of the test", readonly=True, copy=False)

    def action_test(self):
        """Sign, stamp and validate a page with this seal, enabled or not; keep the outcome."""
        self.ensure_one()
        self.check_access("write")
        good, words = self._try_out()
        self.write({"test_date": fields.Datetime.now(), "test_ok": good, "test_result": words})
        if good and self.state != "disabled":
            self._wake_jobs()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if good else "danger",
                "title": self.env._("The seal works")
                if good
                else self.env._("The seal does not work"),
                "message": words,
                "sticky": not good,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _try_out(self):
        """Return whether it went well, and a sentence on it."""
        try:
            with self.env.cr.savepoint():
                self._check_filled()
                self._method()._try_again(self)
                self._load_facts()
                self._check_dates()
                plan = self._build_plan(Subject(self.company_id.name, None, "", True))
            trial = try_out(_page(self.name), plan, title=self.name)
        except UserError as refusal:
            return False, str(refusal)
        except PadesError as error:
            return False, self._refusal_words(error)
        except Exception as error:
            # not its text, which might hold what it stumbled over
            where = "".join(traceback.format_tb(error.__traceback__))
            kind = type(error).__name__
            _logger.error("the seal %s could not be tried out: %s\n%s", self.id, kind, where)
            return False, self.env._(
                "Something unexpected went wrong (%s); see the server log for details.",
                type(error).__name__,
            )
        if trial.problems:
            found = in_words(self.env, trial.problems)
            return False, self.env._("It signs, but its signatures do not hold up: %s", found)
        return True, self._good_words(plan, trial)

    def _check_dates(self):
        """Let the kind say whether its certificates are good now."""
        if self._certificates():
            self._method()._check(self)

    def _good_words(self, plan, trial):
        _ = self.env._
        stamper = plan.stamped_by or _("the built-in time stamper")
        words = _(
            "A page was signed, stamped by %s, read back and validated: PAdES B-LTA.", stamper
        )
        if trial.later:
            words += " " + _(
                "However, once the certificate has expired (%s), today's signatures can no longer "
                "be judged with certainty: the answer on whether it was revoked was older than the "
                "signature.",
                format_date(self.env, trial.ends),
            )
        return words


def _page(name):
    """Return a PDF of one page."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4)
    canvas.setTitle(name)
    canvas.drawString(72, 760, "Test of a seal")
    canvas.showPage()
    canvas.save()
    return output.getvalue()

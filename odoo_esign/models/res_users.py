from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _esign_may(self, operation, record):
        """Tell whether this user may read, or write to, a record.

        In all of the user's own companies: those that whoever acts now has switched on may be
        others, and Odoo then refuses to tell.

        :param str operation: as in ``has_access``
        """
        self.ensure_one()
        own = record.with_user(self).with_context(allowed_company_ids=self._get_company_ids())
        return own.has_access(operation)

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class EsignAppendOnly(models.AbstractModel):
    """Rows that are only ever added, by the module itself with SQL.

    Nobody writes them through Odoo, and a trigger of the database refuses changes from whatever
    program they come. Its owner can switch it off; what that shows in is said by each model.
    """

    _name = "esign.append.only"
    _description = "Rows that nobody changes"
    _log_access = False

    def init(self):
        if self._abstract:
            return
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL(
                """CREATE OR REPLACE FUNCTION esign_refuse_change() RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION '%% is evidence: %% is refused', TG_TABLE_NAME, TG_OP;
                END $$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS esign_no_change ON %(table)s;
                CREATE TRIGGER esign_no_change BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION esign_refuse_change();
                DROP TRIGGER IF EXISTS esign_no_truncate ON %(table)s;
                CREATE TRIGGER esign_no_truncate BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION esign_refuse_change();""",
                table=table,
            )
        )

    def _esign_refuse(self):
        raise AccessError(self.env._("This is evidence: nobody can create, change or delete it."))

    # the three refuse, hence no super()
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._esign_refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        self._esign_refuse()

    def unlink(self):  # pylint: disable=method-required-super
        self._esign_refuse()

from odoo import api, fields, models
from odoo.tools import SQL

from ..evidence import merkle
from .esign_event import UntiedMany2one

PAGE = 10_000


class EsignAnchorHead(models.Model):
    """What an envelope's log had come to at an anchor.

    A row is made only where the head has changed since the last anchor. The latest row up to an
    anchor is the envelope's leaf in that anchor's tree, so that every old root can be computed
    again; and every row has to be found in today's log.
    """

    _name = "esign.anchor.head"
    _description = "State of a Log at an Anchor"
    _inherit = "esign.append.only"
    _order = "envelope_id, anchor_seq desc"
    _rec_name = "reference"

    company_id = UntiedMany2one("res.company", required=True, readonly=True)
    anchor_seq = fields.Integer("Anchor", required=True, readonly=True)
    envelope_id = UntiedMany2one("esign.envelope", required=True, readonly=True)
    reference = fields.Char("Number", required=True, readonly=True)
    count = fields.Integer("Lines", required=True, readonly=True)
    head = fields.Char("Last hash", required=True, readonly=True)
    documents = fields.Char("Hash of the documents", required=True, readonly=True)

    _leaf_uniq = models.UniqueIndex("(company_id, envelope_id, anchor_seq)")
    _anchor_idx = models.Index("(company_id, anchor_seq)")

    @api.model
    def _take(self, company, seq):
        """Keep the heads of all logs of ``company`` that are not kept yet, for anchor ``seq``.

        What an earlier attempt has taken for the same anchor stays; the rest comes next time.
        """
        if self.search_count([("company_id", "=", company.id), ("anchor_seq", "=", seq)], limit=1):
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO esign_anchor_head
                    (company_id, anchor_seq, envelope_id, reference, count, head, documents)
                SELECT v.company_id, %(seq)s, v.id, v.reference, v.evidence_count,
                       v.evidence_head, encode(sha256(convert_to(COALESCE(d.lines, ''), 'UTF8')),
                                               'hex')
                  FROM esign_envelope v
             LEFT JOIN (
                    SELECT envelope_id, string_agg(
                        id || ':' || COALESCE(frozen_sha256, '') || ':'
                           || COALESCE(sealed_sha256, '') || E'\n', '' ORDER BY id) AS lines
                      FROM esign_document WHERE company_id = %(company)s
                     GROUP BY envelope_id) d ON d.envelope_id = v.id
                 WHERE v.company_id = %(company)s
                   AND v.evidence_count > 0 AND v.evidence_head IS NOT NULL
                   AND NOT EXISTS (
                    SELECT 1 FROM esign_anchor_head h
                     WHERE h.company_id = v.company_id AND h.envelope_id = v.id
                       AND h.head = v.evidence_head AND h.count = v.evidence_count)""",
                seq=seq,
                company=company.id,
            )
        )

    @api.model
    def _leaves(self, company_id, seq):
        """Generate the leaves of an anchor's tree in their order, a page of rows at a time."""
        last = None
        while True:
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (envelope_id)
                              envelope_id, reference, count, head, documents
                         FROM esign_anchor_head
                        WHERE company_id = %s AND anchor_seq <= %s AND envelope_id > %s
                     ORDER BY envelope_id, anchor_seq DESC LIMIT %s""",
                    company_id,
                    seq,
                    -(2**31) if last is None else last,
                    PAGE,
                )
            )
            for row in rows:
                yield merkle.Leaf(*row)
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    @api.model
    def _tree(self, company_id, seq):
        """Return the number of leaves and the root at an anchor, as the rows say now."""
        tree = merkle.Tree(leaf.hash() for leaf in self._leaves(company_id, seq))
        return tree.size, tree.root().hex()

    @api.model
    def _proof(self, company_id, seq, envelope_id):
        """Return an envelope's leaf, its place, and the proof that leads to the anchor's root."""
        leaves = list(self._leaves(company_id, seq))
        place = [leaf.envelope for leaf in leaves].index(envelope_id)
        return leaves[place], place, merkle.inclusion_proof([one.hash() for one in leaves], place)

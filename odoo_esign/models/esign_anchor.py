import base64
import hashlib
import logging
import os
from contextlib import suppress

from odoo import api, fields, models
from odoo.tools import SQL, config

from ..evidence import merkle
from ..evidence.canonical import CanonicalError
from ..pades.detached import check_stamp, stamp_detached
from ..pades.errors import StampFailed
from .esign_envelope_evidence import CLOCK
from .esign_event import UntiedMany2one, moment_of

_logger = logging.getLogger(__name__)

# so many older time stamps and roots are looked at again each day, in turn
STAMPS_A_DAY = 50
ROOTS_A_DAY = 1


class EsignAnchor(models.Model):
    """The state of all logs of a company at a moment: one hash, time-stamped, once a day.

    Anchors are chained like the lines of a log. Changing one, or a head it was made of, breaks
    the chain or the root; making it anew takes the stamper's key; cutting the newest ones off
    shows against the list in the server's data folder.
    """

    _name = "esign.anchor"
    _description = "Daily Anchor"
    _inherit = "esign.append.only"
    _order = "company_id, seq desc"
    _rec_name = "seq"

    company_id = UntiedMany2one("res.company", required=True, readonly=True)
    seq = fields.Integer("No.", required=True, readonly=True)
    ts = fields.Char("Time (UTC)", required=True, readonly=True)
    moment = fields.Datetime("Time", compute="_compute_words")
    size = fields.Integer("Envelopes", required=True, readonly=True)
    root = fields.Char("Root over all logs", required=True, readonly=True)
    prev = fields.Char("Previous hash", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)
    stamper = fields.Char(
        "Time stamp server", readonly=True, help="Empty: by this server's own clock"
    )
    stamped_by = fields.Char(compute="_compute_words")
    token = fields.Binary("Time stamp", required=True, readonly=True, attachment=False)
    token_name = fields.Char(compute="_compute_files")
    body = fields.Binary("What was stamped", compute="_compute_files")
    body_name = fields.Char(compute="_compute_files")

    _seq_uniq = models.UniqueIndex("(company_id, seq)")

    @api.depends("seq")
    def _compute_files(self):
        """Offer what `openssl ts -verify -data BODY -in TOKEN -token_in` takes."""
        for anchor in self:
            name = f"anchor-{anchor.company_id.id}-{anchor.seq}"
            anchor.token_name, anchor.body_name = f"{name}.tst", f"{name}.txt"
            anchor.body = base64.b64encode(anchor._body())

    @api.depends("ts", "stamper")
    @api.depends_context("lang")
    def _compute_words(self):
        for anchor in self:
            anchor.moment = moment_of(anchor.ts)
            anchor.stamped_by = anchor.stamper or self.env._("This server's own clock")

    def _body(self):
        return merkle.anchor_body(
            self.company_id.id, self.seq, self.prev, self.ts, self.size, self.root
        )

    @api.model
    def _last(self, company_id):
        return self.search([("company_id", "=", company_id)], order="seq desc", limit=1)

    # ------------------------------------------------------------- making
    @api.model
    def _make(self, company_id):
        """Anchor the logs of a company as they are now; return the new anchor's number.

        The time stamp comes from outside, perhaps: there is no open transaction meanwhile.

        :raise StampFailed: if none could be had; what was taken is stamped the next time
        """
        with self._own_environment() as env:
            company = env["res.company"].browse(company_id)
            last = env["esign.anchor"]._last(company_id)
            seq, prev = last.seq + 1, last.hash or merkle.GENESIS
            env["esign.anchor.head"]._take(company, seq)
            size, root = env["esign.anchor.head"]._tree(company_id, seq)
            env.cr.execute(SQL("SELECT %s", CLOCK))
            [ts] = env.cr.fetchone()
            stamper = company._esign_stamper()
        body = merkle.anchor_body(company_id, seq, prev, ts, size, root)
        token = stamp_detached(body, stamper)
        with self._own_environment() as env:
            env["esign.anchor"]._keep(
                company_id, seq, ts, size, root, prev, token, getattr(stamper, "used", None) or ""
            )
        return seq

    @api.model
    def _keep(self, company_id, seq, ts, size, root, prev, token, stamper):
        anchor_hash = _hash_of(merkle.anchor_body(company_id, seq, prev, ts, size, root))
        self.env.cr.execute(
            SQL(
                """INSERT INTO esign_anchor
                    (company_id, seq, ts, size, root, prev, hash, stamper, token)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
                company_id,
                seq,
                ts,
                size,
                root,
                prev,
                anchor_hash,
                stamper,
                base64.b64encode(token),
            )
        )
        _logger.info("anchor %s of company %s: %s", seq, company_id, anchor_hash)
        dbname = self.env.cr.dbname
        self.env.cr.postcommit.add(lambda: note_outside(dbname, company_id, seq, anchor_hash))

    def _own_environment(self):
        return self.env["esign.job"]._own_environment()

    # ------------------------------------------------------------- checking
    @api.model
    def _check(self, company_id, day):
        """Return what is wrong with the anchors of a company, as {'anchor number: what'}.

        All are checked against each other, the newest against all heads, the newest time stamp;
        older ones in turn: which is decided by ``day``, a number that grows by one each day.
        """
        with self._own_environment() as env:
            anchors = env["esign.anchor"].search([("company_id", "=", company_id)], order="seq")
            problems = anchors._check_chain()
            newest = anchors[-1:]
            for anchor in newest | _in_turn(anchors[:-1], day, ROOTS_A_DAY):
                tree = env["esign.anchor.head"]._tree(company_id, anchor.seq)
                if tree != (anchor.size, anchor.root):
                    problems.append(f"{anchor.seq}: root")
            problems += anchors._check_outside(company_id)
            problems += env["esign.anchor.head"]._check_unanchored(company_id, newest.seq)
            stamps = [
                (anchor.seq, anchor._body(), base64.b64decode(anchor.token or b""))
                for anchor in newest | _in_turn(anchors[:-1], day, STAMPS_A_DAY)
            ]
            roots = env["res.company"].browse(company_id)._esign_stamp_roots()
        for seq, body, token in stamps:
            try:
                check_stamp(body, token, roots=roots)
            except StampFailed:
                problems.append(f"{seq}: stamp")
        return problems

    def _check_chain(self):
        """Return what is wrong with the anchors' order and hashes."""
        problems, prev = [], merkle.GENESIS
        for position, anchor in enumerate(self, start=1):
            try:
                whole = _hash_of(anchor._body()) == anchor.hash
            except CanonicalError:
                whole = False
            if not whole:
                problems.append(f"{anchor.seq}: hash")
            if (anchor.seq, anchor.prev) != (position, prev):
                problems.append(f"{anchor.seq}: chain")
            prev = anchor.hash
        return problems

    def _check_outside(self, company_id):
        """Return the anchors that the server's data folder knows and the database doesn't."""
        known = {(anchor.seq, anchor.hash) for anchor in self}
        noted = noted_outside(self.env.cr.dbname, company_id)
        return [f"{seq}: gone" for seq, anchor_hash in noted if (seq, anchor_hash) not in known]


class EsignAnchorHead(models.Model):
    _inherit = "esign.anchor.head"

    @api.model
    def _check_unanchored(self, company_id, newest):
        """Return anchors that heads were taken for, but which are neither there nor the next."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT anchor_seq FROM esign_anchor_head
                    WHERE company_id = %s AND anchor_seq > %s ORDER BY anchor_seq""",
                company_id,
                newest + 1,
            )
        )
        return [f"{seq}: gone" for (seq,) in rows]


def _hash_of(body):
    return hashlib.sha256(body).hexdigest()


def _in_turn(anchors, day, number):
    """Return some of the anchors: each day other ones, all of them in the course of time."""
    if not anchors:
        return anchors
    start = day * number % len(anchors)
    return (anchors[start:] + anchors[:start])[:number]


# ----------------------------------------------------------------- outside of the database
def _outside_path(dbname):
    return os.path.join(config["data_dir"], "odoo_esign", f"{dbname}.anchors")


def note_outside(dbname, company_id, seq, anchor_hash):
    """Add an anchor to the list in the data folder, which the database's owner may not reach."""
    path = _outside_path(dbname)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(f"{company_id} {seq} {anchor_hash}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        _logger.exception("anchor %s could not be noted in %s", seq, path)


def put_aside_outside(dbname):
    """Keep that list under another name, where the database has no anchors any more."""
    path = _outside_path(dbname)
    with suppress(FileNotFoundError):
        os.replace(path, f"{path}.{int(os.path.getmtime(path))}")


def noted_outside(dbname, company_id):
    """Return (number, hash) of the anchors in that list; what can't be read there is left out."""
    found = []
    with suppress(FileNotFoundError), open(_outside_path(dbname), errors="replace") as file:
        for line in file:
            company, seq, anchor_hash, *_rest = [*line.split(), "", "", ""]
            if company == str(company_id) and seq.isdigit() and anchor_hash:
                found.append((int(seq), anchor_hash))
    return found

"""A database owner who changes the log with the trigger switched off."""

import json
import random
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import SQL

from ..evidence import canonical, chain
from ..models import esign_envelope_verify
from ..pades.validate import check_sealed
from .common import EsignCase

SEED = 20261124
COLUMNS = ("envelope_id", "company_id", "seq", "prev", "ts", "code", "actor", "data", "hash")


_judged = {}


def check_once(pdf, **options):
    """Judge the signatures of the same file once: these attacks leave the files alone."""
    key = (pdf, str(options))
    if key not in _judged:
        _judged[key] = check_sealed(pdf, **options)
    return _judged[key]


class LogOwner(EsignCase):
    """Somebody with the database's password: every statement works."""

    def stand_ins(self):
        super().stand_ins()
        self.startPatcher(patch.object(esign_envelope_verify, "check_sealed", check_once))
        self.random = random.Random(SEED)

    def set_the_scene(self):
        self.envelope = self.sign_all(
            self.send_new([self.customer, {"partner_id": self.second.id, "step": 2}])
        )
        self.assertEqual(self.envelope.state, "completed")
        self.lines = self.read_lines()
        # as far as the last signature's certificate vouches for the log
        self.vouched = max(count for count, _head in self.anchors())

    def anchors(self):
        return [
            chain.parse_evidence_uri(seal["certificate"]["evidence"])
            for signature in self.envelope.signature_ids
            for seal in signature.seals.values()
        ]

    def read_lines(self):
        self.env.cr.execute(
            SQL(
                "SELECT id, seq, prev, ts, code, data, hash FROM esign_event"
                " WHERE envelope_id = %s ORDER BY seq",
                self.envelope.id,
            )
        )
        return self.env.cr.dictfetchall()

    def run_sql(self, query, *values):
        self.env.cr.execute(query, values)
        self.assertGreater(self.env.cr.rowcount, 0)

    @contextmanager
    def attack(self):
        savepoint = self.env.cr.savepoint(flush=True)
        with savepoint:
            self.env.cr.execute("ALTER TABLE esign_event DISABLE TRIGGER USER")
            # the order of lines can't be changed in one statement otherwise
            self.env.cr.execute(
                """SELECT indexname FROM pg_indexes WHERE tablename = 'esign_event'
                    AND indexdef ~ 'UNIQUE.*envelope_id'"""
            )
            for (name,) in self.env.cr.fetchall():
                self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def quick(self):
        self.env.invalidate_all()
        return {problem.code for problem in self.envelope._verify_log()}

    def deep(self):
        self.env.invalidate_all()
        return {problem.code for problem in self.envelope._verify_evidence()}

    # ------------------------------------------------------------- attacks
    def change_column(self):
        """UPDATE any column that means anything to any other value of its kind."""
        line, column = self.random.choice(self.lines), self.random.choice(COLUMNS)
        table = SQL.identifier("esign_event")
        value = {
            "envelope_id": self.envelope.id + 1,
            "company_id": self.other_company.id,
            "seq": line["seq"] + self.random.randint(1, 50),
            "prev": self.any_hash(),
            "ts": f"20{self.random.randint(10, 25)}-01-01T00:00:00.000000Z",
            "code": self.random.choice(["declined", "expired", "x", ""]),
            "actor": self.random.choice(["system", "user:1", "signer:999999"]),
            "data": self.other_data(line["data"]),
            "hash": self.any_hash(),
        }[column]
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s AND %s IS DISTINCT FROM %s",
                table,
                SQL.identifier(column),
                value,
                line["id"],
                SQL.identifier(column),
                value,
            )
        )
        if not self.env.cr.rowcount:
            return self.change_column()  # it said so already
        return f"{column} of {line['seq']} ({line['code']})"

    def other_data(self, data):
        kind = self.random.randint(0, 4)
        if kind == 0:
            place = self.random.randrange(len(data))
            other = "x" if data[place] != "x" else "y"
            return data[:place] + other + data[place + 1 :]
        if kind == 1:
            return json.dumps({**json.loads(data), "more": 1})
        if kind == 2:
            return data + " "  # means the same, and is not what was written
        return self.random.choice(["{}", "", "[]", "null", "no JSON", '{"a":1,"a":2}'])

    def any_hash(self):
        return f"{self.random.getrandbits(256):064x}"

    def delete_line(self):
        line = self.random.choice(self.lines)
        self.run_sql("DELETE FROM esign_event WHERE id = %s", line["id"])
        return f"{line['seq']}"

    def delete_and_close_up(self):
        """Delete a line and number the others so that none is missing."""
        line = self.random.choice(self.lines)
        self.run_sql("DELETE FROM esign_event WHERE id = %s", line["id"])
        self.env.cr.execute(
            "UPDATE esign_event SET seq = seq - 1 WHERE envelope_id = %s AND seq > %s",
            [self.envelope.id, line["seq"]],
        )
        self.run_sql(
            "UPDATE esign_envelope SET evidence_count = evidence_count - 1 WHERE id = %s",
            self.envelope.id,
        )
        return f"{line['seq']}"

    def swap_lines(self):
        one, other = self.random.sample(self.lines, 2)
        for line, seq in ((one, other["seq"]), (other, one["seq"])):
            self.run_sql("UPDATE esign_event SET seq = %s WHERE id = %s", seq, line["id"])
        return f"{one['seq']} and {other['seq']}"

    def insert_line(self):
        """Put a line in, with a right hash of its own, and move up the ones behind it."""
        place = self.random.randint(1, len(self.lines) + 1)
        before = self.lines[place - 2]["hash"] if place > 1 else chain.GENESIS
        ts = self.lines[min(place, len(self.lines)) - 1]["ts"]
        data = {"actor": "system", "forged": self.random.randint(1, 10**6)}
        digest = chain.event_hash(place, before, ts, "opened", data)
        self.env.cr.execute(
            "UPDATE esign_event SET seq = seq + 1 WHERE envelope_id = %s AND seq >= %s",
            [self.envelope.id, place],
        )
        self.insert(place, before, ts, "opened", data, digest)
        self.run_sql(
            "UPDATE esign_envelope SET evidence_count = evidence_count + 1 WHERE id = %s",
            self.envelope.id,
        )
        return f"{place}"

    def insert(self, seq, prev, ts, code, data, digest):
        self.run_sql(
            """INSERT INTO esign_event
                 (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            self.envelope.id,
            self.company.id,
            seq,
            prev,
            ts,
            code,
            data["actor"],
            canonical.dumps(data).decode(),
            digest,
        )

    def cut_tail(self):
        """Cut the log where a certificate vouches for it, head and count of the envelope too."""
        return self.cut_after(self.random.randint(0, self.vouched - 1))

    def cut_after(self, keep):
        self.run_sql(
            "DELETE FROM esign_event WHERE envelope_id = %s AND seq > %s", self.envelope.id, keep
        )
        self.set_head(self.lines[keep - 1]["hash"] if keep else None, keep)
        return f"after {keep}"

    def set_head(self, head, count):
        self.run_sql(
            "UPDATE esign_envelope SET evidence_head = %s, evidence_count = %s WHERE id = %s",
            head,
            count,
            self.envelope.id,
        )

    def rewrite(self, place):
        """Change one line and make the whole chain anew with right hashes.

        So is all that the database keeps of the certificates: within the log itself, on the
        signatures, and the head of the envelope.
        """
        hashes = {0: chain.GENESIS}
        for line in self.lines:
            data = json.loads(line["data"])
            if line["seq"] == place:
                data["forged"] = self.random.randint(1, 10**6)
            renew_anchors(data, hashes)
            digest = chain.event_hash(
                line["seq"], hashes[line["seq"] - 1], line["ts"], line["code"], data
            )
            self.run_sql(
                "UPDATE esign_event SET data = %s, prev = %s, hash = %s WHERE id = %s",
                canonical.dumps(data).decode(),
                hashes[line["seq"] - 1],
                digest,
                line["id"],
            )
            hashes[line["seq"]] = digest
        self.set_head(digest, len(self.lines))
        for signature in self.envelope.signature_ids:
            seals = json.loads(json.dumps(signature.seals))
            renew_anchors(seals, hashes)
            self.run_sql(
                "UPDATE esign_signature SET seals = %s WHERE id = %s",
                json.dumps(seals),
                signature.id,
            )
        return f"from {place}"

    def forget_seals(self):
        self.run_sql(
            "UPDATE esign_signature SET seals = NULL WHERE envelope_id = %s", self.envelope.id
        )


def renew_anchors(value, hashes):
    """Let every 'evidence:<count>:<hash>' within name the hash that is there now."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, (dict, list)):
            renew_anchors(item, hashes)
        elif isinstance(item, str):
            anchor = chain.parse_evidence_uri(item)
            if anchor:
                value[key] = chain.evidence_uri(anchor[0], hashes[anchor[0]])


def any_facts(draw):
    """Return facts as they come: every script, odd signs, numbers, lists, nested."""
    texts = ("Łucja Nováková", "Мария", "山田", "عمر", 'a "quoted" \\ name', "e\u0301 é", "😀", "")
    return {
        draw.choice("abcdef"): draw.choice(
            [
                draw.choice(texts),
                draw.randint(-(2**53) + 1, 2**53 - 1),
                [draw.choice(texts), None, True],
                {"10": draw.choice(texts), "9": {"z": 1, "a": []}},
            ]
        )
        for _ in range(draw.randint(0, 5))
    }

"""Only so many checks of files at once, because each costs a second of processor time."""

import zlib

from odoo.http import request
from odoo.tools import SQL

SLOTS = 3
"""How many checks may run at once, in all workers of this database together."""

PER_ADDRESS = 1
"""How many of them for the same network address."""


def _number(text):
    """Return a number that fits PostgreSQL's integer."""
    return zlib.crc32(text.encode()) - 2**31


ALL, ADDRESS = _number("odoo_esign.verify.all"), _number("odoo_esign.verify.address")


def take_slot(address):
    """Take a place until the end of the request; tell whether there was one.

    The places are advisory locks of the database: all workers see them, and they are given back
    when the transaction ends, however it ends.
    """
    return _take(ADDRESS, address_numbers(address)) and _take(ALL, range(SLOTS))


def address_numbers(address):
    """Return the numbers of an address' places; two addresses may share some, and wait then."""
    return [_number(f"{address} {number}") for number in range(PER_ADDRESS)]


def _take(group, numbers):
    return any(_try(group, number) for number in numbers)


def _try(group, number):
    row = request.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", group, number))
    return row[0][0]

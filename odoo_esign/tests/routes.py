"""The add-on's own routes, asked of the server itself, so that tests forget no new one."""

import re
from dataclasses import dataclass

from odoo.http import _generate_routing_rules

from ..controllers.pdf_library import library_addresses
from .common import EsignHttpCase

ANY = ("GET", "HEAD", "POST")
MODULE = "odoo.addons.odoo_esign.controllers"
# what the front end itself writes, whoever looks: bundles and their announcement, the device
_FRONT_END = ("ir_attachment", "bus_bus", "res_device_log")


@dataclass(frozen=True)
class Route:
    """One address, filled in for a participant."""

    rule: str
    path: str
    kind: str  # http or jsonrpc
    methods: frozenset

    @property
    def acts(self):
        """Whether it is there to be posted to."""
        return "POST" in self.methods and "GET" not in self.methods


class RouteCase(EsignHttpCase):
    """For tests that knock at every door."""

    def own_routes(self, signer):
        """Return all routes of this add-on, filled in for ``signer``."""
        modules = sorted(self.registry._init_modules)
        converters = self.env["ir.http"]._get_converters()
        found = {}
        for url, endpoint in _generate_routing_rules(modules, False, converters):
            if endpoint.func.__module__.startswith(MODULE):
                methods = frozenset(endpoint.routing["methods"] or ANY)
                kind, known = endpoint.routing["type"], found.get(url)
                path = known.path if known else self._fill(url, signer)
                found[url] = Route(url, path, kind, methods | (known.methods if known else set()))
        self.assertGreater(len(found), 20)
        return list(found.values())

    def _fill(self, url, signer):
        values = self.route_values(signer)

        def value(match):
            self.assertIn(match[1], values, f"{url}: say in routes.py what stands for it")
            return str(values[match[1]])

        return re.sub(r"<(?:\w+:)?(\w+)>", value, url)

    def route_values(self, signer):
        """Return what stands for the variable parts of addresses."""
        envelope = signer.envelope_id.sudo()
        roots = self.env["esign.verification"].sudo()._roots()
        version, name = library_addresses()["pdf.js"].split("/")[-2:]
        return {
            "ref": signer.access_ref,
            "token": self.token_of(signer),
            "document_id": envelope.document_ids[0].id,
            "reference": envelope.reference,
            "mark": next(iter(roots)),
            "extension": "pem",
            "page": 1,
            "version": version,
            "name": name,
        }

    def written_rows(self):
        """Return how many rows of each table were written in the test's transaction so far.

        The requests of a test share its transaction, so that whatever one of them inserts, updates
        or deletes in any table shows here, also where it writes what was there before.
        """
        self.env.flush_all()
        self.env.cr.precommit.run()  # what the test itself has left for the end
        self.env.cr.execute(
            """SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
                WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"""
        )
        rows = self.env.cr.fetchall()
        return sorted(f"{name}: {count}" for name, count in rows if name not in _FRONT_END)

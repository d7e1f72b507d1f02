"""A server with two worker processes over a fresh database, and envelopes that wait for signers."""

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path += [str(REPO / "dev"), str(REPO / "tests_server"), str(REPO / "odoo_esign")]

from devenv import databases, odoo_server, paths, postgres  # noqa: E402
from envelopes import send, send_quotation, wait_for_state  # noqa: E402
from running import Running  # noqa: E402

ADDONS = REPO / "bench" / "addons"
ROUTES = (
    "--load=base,rpc,web,esign_bench",
    f"--addons-path={ADDONS},{odoo_server.addons_path()}",
)
QUIET = ("--max-cron-threads=0",)
"""Nothing is sealed while a signature is timed; what follows it has its own measurement."""


@contextmanager
def server():
    """Yield a running server; its crons work, so that envelopes can be prepared."""
    with postgres.in_use():
        os.environ.update(odoo_server.environment())
        database = databases.fresh("bench")
        folder = paths.DEV / "bench-server"
        shutil.rmtree(folder, ignore_errors=True)
        running = Running(database, "prefork", folder)
        running.server.options = (*running.server.options, *ROUTES)
        running.start()
        try:
            yield running
        finally:
            running.stop()
            databases.drop(database)


def make_envelopes(running, count, crowd):
    """Return (envelopes of one signer each, one of ``crowd`` signers, a quotation's)."""
    seller = running.office.user("demo")
    single = [send(seller, f"bench{number:03}") for number in range(count)]
    common = send(seller, "common", crowd)
    quotation = send_quotation(seller, "quotation")
    wait_for_state(running, [*single, common, quotation], "sent", 60 + 6 * count)
    return single, common, quotation


def portal_address(running, quotation):
    """Return where the quotation's customer reads it in Odoo's own portal."""
    seller = running.office.user("demo")
    action = seller.call("sale.order", "action_preview_sale_order", [quotation.order])
    return running.url + action["url"]

"""A database of the first release is updated: it opens, verifies, and open envelopes complete.

The add-on of then is taken out of the repository's history, installed, and used through its own
pages; then the present one takes over with ``-u odoo_esign``.
"""

import io
import os
import re
import shutil
import subprocess
import tarfile

import pytest
import requests
from conftest import FOLDER, ROOT
from devenv import databases, odoo_server
from envelopes import (
    assert_completed,
    assert_files_kept,
    assert_log_whole,
    send,
    send_quotation,
    states,
    wait_for_state,
)
from running import MASTER_KEY, Running, wait_until

pytestmark = pytest.mark.slow

FIRST = "7b737ad"
PREPARED_IN = 120


def _git(*words):
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)


@pytest.fixture(scope="module")
def first_release(_surroundings):
    """Return the folder with the add-on as it was."""
    archive = _git("archive", FIRST, "odoo_esign") if shutil.which("git") else None
    if archive is None or archive.returncode:
        pytest.skip(
            f"the first release ({FIRST}) is not in this clone: git is missing, or the history "
            "is shallow; `git fetch --unshallow` gets it"
        )
    folder = FOLDER / "first"
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def lived(first_release):
    """A database in which the first release has been at work, its server stopped again."""
    paths = ",".join([str(first_release), *odoo_server.addons_path().split(",")[1:]])
    databases.make_base()
    name = databases.name("server-upgrade")
    databases.copy(databases.name(databases.BASE), name)
    os.environ["ODOO_ESIGN_KEY"] = MASTER_KEY
    odoo_server.run_once(
        "server-tests-first",
        "Odoo could not install the first release.",
        f"--database={name}",
        f"--addons-path={paths}",
        "--init=odoo_esign",
        "--log-level=warn",
    )
    running = Running(name, "threads", FOLDER / "upgrade")
    now = running.server.options
    running.server.options = (*now, f"--addons-path={paths}")
    running.start()
    try:
        running.envelopes = _use(running)
    finally:
        running.stop()
    running.server.options = now
    yield running
    running.stop()
    databases.drop(name)


def _use(running):
    """Send and sign as the people of then: done, half signed, only sent, a quotation, a draft."""
    seller = running.office.user("demo")
    done, half, sent = (send(seller, name, 2) for name in ("done", "half", "sent"))
    quotation = send_quotation(seller, "quotation")
    seller.call("esign.envelope", "create", [{"name": "A draft"}])
    wait_for_state(running, [done, half, sent, quotation], "sent", PREPARED_IN)
    for envelope, number in ((done, 0), (done, 1), (half, 0)):
        page = envelope.page(running, number)
        page.tell_opened()
        page.sign(f"Signer {number}")
    wait_for_state(running, [done], "completed")
    return {"done": done, "half": half, "sent": sent, "quotation": quotation}


def test_it_goes_on(lived, report):
    made, before = lived.envelopes, _evidence(lived)
    log = _update(lived)
    for line in log.splitlines():
        assert " ERROR " not in line and " CRITICAL " not in line, line
    assert _evidence(lived) == before
    lived.start()
    seller = lived.office.user("demo")
    everything = [envelope.id for envelope in made.values()]
    assert seller.call("esign.envelope", "web_search_read", [["id", "in", everything]], {})
    for envelope in made.values():
        assert_log_whole(lived, envelope)
        seller.call("esign.envelope", "web_read", [envelope.id], {"signer_ids": {}, "state": {}})
        assert seller.call("esign.envelope", "get_timeline", [envelope.id])["check"]["whole"]
    assert_completed(lived, made["done"], signatures=2)
    check = seller.call("esign.envelope", "check_timeline", [made["done"].id])
    assert check["whole"] and check["deep"], check
    _assert_verified(lived, made["done"])
    _finish(lived, seller, made)
    report("updated from the first release: what was done verifies, what was open is completed")


def _update(lived):
    odoo_server.run_once(
        "server-tests-update",
        "Odoo could not update the database of the first release.",
        f"--database={lived.database}",
        "--update=odoo_esign",
        "--log-level=warn",
    )
    return (odoo_server.paths.LOGS / "server-tests-update.log").read_text()


def _evidence(lived):
    """Return every row of the log, and the hashes of all documents."""
    return lived.rows(
        "SELECT envelope_id, seq, prev, ts, code, actor, data, hash FROM esign_event ORDER BY id"
    ), lived.rows("SELECT id, frozen_sha256, sealed_sha256 FROM esign_document ORDER BY id")


def _assert_verified(lived, envelope):
    """Drop the signed file of then on the page that anybody can use."""
    [path] = assert_files_kept(lived, envelope)["sealed"]
    web, address = requests.Session(), f"{lived.url}/esign/verify"
    token = re.search(r'name="csrf_token" value="([^"]+)"', web.get(address, timeout=60).text)[1]
    answer = web.post(
        address,
        data={"csrf_token": token},
        files={"pdf": (path.name, path.read_bytes())},
        timeout=120,
    )
    assert answer.ok and "byte for byte" in answer.text


def _finish(lived, seller, made):
    """Old links work: the rest is signed and completed; and new envelopes can be sent."""
    for name, number in (("half", 1), ("sent", 0), ("sent", 1), ("quotation", 0)):
        page = made[name].page(lived, number)
        assert all(pdf.startswith(b"%PDF") for pdf in page.read())
        page.sign("Late Signer")
    new = send(seller, "new")
    wait_for_state(lived, [new], "sent", PREPARED_IN)
    new.page(lived).sign("New Signer")
    opened = [made[name] for name in ("half", "sent", "quotation")]
    wait_for_state(lived, [*opened, new], "completed")
    for envelope, signatures in zip((*opened, new), (2, 2, 1, 1), strict=True):
        assert_completed(lived, envelope, signatures)
    seller.wait("sale.order", made["quotation"].order, "state", "sale")
    draft = seller.search("esign.envelope", [["name", "=", "A draft"]])
    assert states(lived, []) == {} and len(draft) == 1
    wait_until(
        lambda: lived.mails_to(made["half"].addresses[0], "Signed: "), 60, "no signed copy went out"
    )

"""`make demo` plays the stories; `make serve` keeps the demo's server running."""

import os
import shutil
import subprocess

from . import databases, locks, odoo_server, paths, postgres, say, shell, smtp_sink

STORIES = paths.REPO / "dev" / "stories.py"
OUT = paths.REPO / "demo-out"
DATABASE = "demo"
IN_USE = "`make serve` or `make demo` of this clone uses the demo database"
LOGINS = (("admin", "administrator"), ("demo", "internal user"), ("portal", "portal user"))


def play(_words):
    if not STORIES.exists():
        raise say.Stop("there are no stories to play yet (dev/stories.py).")
    with locks.exclusive("demo", IN_USE), postgres.in_use():
        database = databases.fresh(DATABASE)
        shutil.rmtree(OUT, ignore_errors=True)
        OUT.mkdir()
        with smtp_sink.mail_sink(OUT / "mails") as smtp_port:
            server = odoo_server.Server(database, smtp_port)
            databases.set_address(database, server.url)
            with say.step("Starting the Odoo server", "about 10 s"):
                server.start()
            try:
                code = _play_stories(server)
            finally:
                server.stop()
    say.line(f"\nResults: {shell.shown(OUT)}/  (look around in Odoo itself: make serve)")
    return code


def _play_stories(server):
    env = odoo_server.environment()
    env.update(
        ESIGN_URL=server.url,
        ESIGN_DATABASE=server.database,
        ESIGN_MAILS=str(OUT / "mails"),
        ESIGN_OUT=str(OUT),
    )
    result = subprocess.run(
        [str(paths.VENV_PYTHON), str(STORIES)], cwd=paths.REPO, env=env, stdin=subprocess.DEVNULL
    )
    if result.returncode:
        say.line(f"\nA story failed; the server's log is {shell.shown(server.log)}")
    return result.returncode


def serve(_words):
    """The demo database with whatever happened in it; FRESH=1 begins anew."""
    with locks.exclusive("demo", IN_USE), postgres.in_use():
        if os.environ.get("FRESH") or not databases.is_up_to_date(DATABASE):
            databases.fresh(DATABASE)
        database = databases.name(DATABASE)
        with smtp_sink.mail_sink() as smtp_port:
            server = odoo_server.Server(database, smtp_port, _port())
            databases.set_address(database, server.url)
            with say.step("Starting the Odoo server", "about 10 s"):
                server.start()
            try:
                _tell(server)
                server.process.wait()
            except KeyboardInterrupt:
                say.line("\nStopping.")
            finally:
                server.stop()


def _port():
    """The port asked for, or Odoo's usual one when it is free."""
    wanted = os.environ.get("PORT")
    if wanted:
        if not wanted.isdigit() or shell.listens(wanted):
            raise say.Stop(
                f"PORT={wanted} can't be used: give a number that no program listens on."
            )
        return int(wanted)
    return shell.free_port() if shell.listens(8069) else 8069


def _tell(server):
    say.line(f"\nOdoo runs at {server.url}")
    for login, who in LOGINS:
        say.line(f"  {login}/{login}  {who}")
    say.line(f"Mails that Odoo sends: {shell.shown(smtp_sink.FOLDER)}/*.eml")
    say.line(f"The server's log: {shell.shown(server.log)}")
    say.line("Ctrl-C stops it.")

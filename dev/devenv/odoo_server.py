"""Odoo as a child process: its configuration, one-off runs, and a server on loopback."""

import os
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import odoo_source, paths, postgres, shell
from .say import Stop

PROGRAM = paths.REPO / "dev" / "odoo_bin.py"
CONFIG = paths.DEV / "odoo.conf"
MASTER_PASSWORD = paths.DEV / "master-password"


def addons_path():
    folders = [paths.REPO]
    community = odoo_source.folder() / "addons"
    if (community / "web").is_dir():  # a source checkout; packages keep add-ons inside `odoo`
        folders.append(community)
    return ",".join(map(str, folders))


def write_config():
    """The configuration shared by every run; ports and databases come as options."""
    if not MASTER_PASSWORD.exists():
        MASTER_PASSWORD.touch(mode=0o600)
        MASTER_PASSWORD.write_text(secrets.token_urlsafe(24))
    lines = [
        "[options]",
        f"admin_passwd = {MASTER_PASSWORD.read_text().strip()}",
        f"addons_path = {addons_path()}",
        f"data_dir = {paths.DATA_DIR}",
        "http_interface = 127.0.0.1",
        "list_db = False",
        "workers = 0",
        "max_cron_threads = 2",
        "smtp_server = 127.0.0.1",
        "smtp_port = 9",  # nothing answers there: mail never leaves unless a sink is named
        "email_from = odoo@example.com",
        f"screenshots = {paths.LOGS / 'screenshots'}",
        "limit_time_real = 600",
        "limit_time_cpu = 600",
        "publisher_warranty_url =",
        "",
    ]
    text = "\n".join(lines)
    if not CONFIG.exists() or CONFIG.read_text() != text:
        CONFIG.touch(mode=0o600)
        CONFIG.write_text(text)
    return CONFIG


def environment():
    return paths.child_environment(**postgres.connection(), **odoo_source.python_path())


def program():
    return [str(paths.VENV_PYTHON), str(PROGRAM)]


def options(*more):
    return ["--config", str(write_config()), *more]


def command(*more):
    return [*program(), *options(*more)]


def run_once(log, failure, *options):
    """One run that ends by itself (`--stop-after-init`)."""
    shell.run(
        command("--stop-after-init", "--no-http", *options),
        log,
        failure,
        env=environment(),
        show_end=True,
    )


class Server:
    def __init__(self, database, smtp_port, port=None, options=(), log=None):
        self.database = database
        self.port = port or shell.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.options = options
        self.log = log or paths.LOGS / f"server-{database}.log"
        self.smtp_port = smtp_port
        self.process = None

    def start(self, seconds=90):
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("a" if self.process else "w") as out:  # a restart keeps what was said
            self.process = subprocess.Popen(
                command(
                    f"--database={self.database}",
                    f"--db-filter=^{self.database}$",
                    f"--http-port={self.port}",
                    f"--smtp-port={self.smtp_port}",
                    *self.options,
                ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment(),
                cwd=paths.REPO,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop it in order
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/web/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        self.stop()
        raise Stop(f"the Odoo server did not start; see {shell.shown(self.log)}")

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(timeout=15)
                return
            except subprocess.TimeoutExpired:
                continue


@contextmanager
def serving(database, smtp_port, port=None):
    server = Server(database, smtp_port, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()

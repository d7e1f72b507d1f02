"""A private PostgreSQL cluster inside the repository, or the one that PGHOST & co. name.

The server binaries refuse to run as root, so under root they run as an unprivileged
account. That account may be unable to enter the clone (a parent folder with mode 0700),
so it is lent the one capability of entering folders. Connections go over loopback TCP:
the paths of Unix sockets may have 107 bytes only, and clones can lie deep.
"""

import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import locks, paths, shell
from .say import Stop

FOLDER = paths.DEV / "pg"
DATA = FOLDER / "data"
PASSWORD = FOLDER / "password"
PORT = FOLDER / "port"
KEPT = FOLDER / "kept"  # started by hand: not stopped by the last command that used it
USER = "odoo"
OWN = "ODOO_ESIGN_PG"  # set beside PG* when they name this clone's own cluster
OLDEST = 13
A_SERVER_OF_ONES_OWN = "name a running server with PGHOST, PGPORT, PGUSER and PGPASSWORD"

# A cluster for development can be made again in a minute: speed before durability.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "150",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "5min",
}


def is_external():
    return bool(os.environ.get("PGHOST")) and os.environ.get(OWN) != str(FOLDER)


def database_name(name):
    """A shared server serves several clones: their databases must not meet there."""
    if is_external():
        return f"esign_{hashlib.sha256(str(paths.REPO).encode()).hexdigest()[:6]}_{name}"
    return f"esign_{name}"


def connection():
    """The connection's parameters as environment variables."""
    if is_external():
        given = {
            name: os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        }
        given["PGPORT"] = given["PGPORT"] or "5432"
        given["PGUSER"] = given["PGUSER"] or pwd.getpwuid(os.getuid()).pw_name
        return {name: value for name, value in given.items() if value}
    return {
        "PGHOST": "127.0.0.1",
        "PGPORT": PORT.read_text().strip(),
        "PGUSER": USER,
        "PGPASSWORD": PASSWORD.read_text().strip(),
        OWN: str(FOLDER),
    }


def installed():
    """{major version: folder of the server's real programs}; Debian's are not on PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {}
    for folder in folders:
        if not ((folder / "postgres").exists() and (folder / "pg_ctl").exists()):
            continue
        out = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
        match = re.search(r"(\d+)", out.stdout)
        if match and int(match.group(1)) >= OLDEST:
            found.setdefault(int(match.group(1)), folder)
    return found


def binaries():
    """The programs' folder: of the cluster's version where there is a cluster, else the newest.

    None when no server is installed (or not the one that made the cluster).
    """
    found = installed()
    if (DATA / "PG_VERSION").exists():
        return found.get(int((DATA / "PG_VERSION").read_text()))
    return found[max(found)] if found else None


def _account():
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop("PostgreSQL refuses to run as root and there is no account 'postgres' or 'nobody'.")


def _as_account():
    """The words before a server command that make it run as an account PostgreSQL accepts."""
    if os.geteuid() != 0:
        return []
    account = _account()
    plain = [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
    ]
    entering = [*plain, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    for words in (entering, plain):
        try:
            # access(2), which `test -x` asks, ignores lent capabilities; stat doesn't.
            probe = subprocess.run([*words, "ls", "-d", f"{FOLDER}/."], capture_output=True)
        except FileNotFoundError:
            raise Stop(
                "the program setpriv is missing: install Debian's util-linux, "
                f"or {A_SERVER_OF_ONES_OWN}."
            ) from None
        if probe.returncode == 0:
            return words
    raise Stop(
        f"the account {account.pw_name} can't enter {FOLDER}: let others enter the folders "
        f"above it (chmod o+x), or {A_SERVER_OF_ONES_OWN}."
    )


def _program(name, *words):
    return [*_as_account(), str(binaries() / name), *words]


def _make_cluster():
    if (DATA / "PG_VERSION").exists():
        return
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(mode=0o700)
    PASSWORD.touch(mode=0o600)
    PASSWORD.write_text(secrets.token_hex(16) + "\n")
    # initdb reads the password from a file, as the account that the server runs as.
    for_initdb = FOLDER / "initdb-password"
    for_initdb.touch(mode=0o600)
    for_initdb.write_text(PASSWORD.read_text())
    if os.geteuid() == 0:
        account = _account()
        for path in (DATA, for_initdb):
            os.chown(path, account.pw_uid, account.pw_gid)
    shell.run(
        _program(
            "initdb",
            f"--pgdata={DATA}",
            f"--username={USER}",
            "--auth=scram-sha-256",
            f"--pwfile={for_initdb}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ),
        "postgres",
        "PostgreSQL could not make its data folder.",
    )
    for_initdb.unlink()


def _missing():
    if (DATA / "PG_VERSION").exists():
        return (
            f"the PostgreSQL {(DATA / 'PG_VERSION').read_text().strip()} that made "
            f"{shell.shown(DATA)} is gone: remove {shell.shown(FOLDER)} and start again, "
            f"or {A_SERVER_OF_ONES_OWN}."
        )
    return (
        f"no PostgreSQL {OLDEST} or newer is installed: run 'apt-get install postgresql' as root, "
        f"or {A_SERVER_OF_ONES_OWN}."
    )


def is_running():
    if is_external():
        return True
    if not ((DATA / "postmaster.pid").exists() and PORT.exists() and binaries()):
        return False
    status = subprocess.run(_program("pg_ctl", f"--pgdata={DATA}", "status"), capture_output=True)
    return status.returncode == 0 and shell.listens(PORT.read_text())


def start():
    """Start the private cluster if it isn't running."""
    if is_external():
        return
    with locks.exclusive("postgres"):
        if is_running():
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        if not binaries():
            raise Stop(_missing())
        _make_cluster()
        if not PORT.exists() or shell.listens(PORT.read_text()):
            PORT.write_text(f"{shell.free_port()}\n")
        options = [f"-p {PORT.read_text().strip()}"]
        options += [f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items()]
        log = DATA / "server.log"
        shell.run(
            _program(
                "pg_ctl",
                f"--pgdata={DATA}",
                f"--log={log}",
                "--wait",
                "--timeout=60",
                "--options=" + " ".join(options),
                "start",
            ),
            "postgres",
            f"PostgreSQL did not start (its own words are in {shell.shown(log)}).",
        )


def stop():
    if is_external():
        return
    with locks.exclusive("postgres"):
        KEPT.unlink(missing_ok=True)
        if is_running():
            shell.run(
                _program("pg_ctl", f"--pgdata={DATA}", "--mode=fast", "--wait", "stop"),
                "postgres",
                "PostgreSQL did not stop.",
            )


@contextmanager
def in_use():
    """The server for the time of a command: the last command that leaves stops it."""
    with locks.shared("postgres-users") as alone:
        start()
        try:
            yield
        finally:
            if not KEPT.exists() and alone():
                stop()


def command_line(words):
    """`dev/pg start | stop | env | status | psql …`"""
    verb = words[0] if words else "status"
    if verb == "start":
        start()
        if not is_external():
            KEPT.touch()
        print(f"PostgreSQL runs on {connection()['PGHOST']}:{connection()['PGPORT']}")
    elif verb == "stop":
        stop()
    elif verb == "env":
        start()
        for name, value in connection().items():
            print(f"export {name}='{value}'")
        if binaries():
            print(f"export PATH='{binaries()}':\"$PATH\"")
    elif verb == "status":
        print("running" if is_running() else "not running")
    elif verb == "psql":
        start()
        env = paths.child_environment(**connection())
        folder = binaries()
        os.execvpe(str(folder / "psql") if folder else "psql", ["psql", *words[1:]], env)
    else:
        raise Stop("dev/pg knows: start, stop, status, env, psql")

"""Databases: a base with Odoo's demo data, made once, and copies of it."""

import hashlib
import os
import shutil
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql

from . import locks, odoo_server, odoo_source, paths, postgres
from .say import Stop, step

# What the module works with, and the documents that people sign in the demo.
BASE_MODULES = "sale_management,purchase,portal,sms,phone_validation,base_automation,contacts,mail"
BASE = "base"  # Odoo with demo data, without the module
READY = "ready"  # the same with the module installed: copied for demo and tests
LOCK_FILE = paths.REPO / "dev" / "requirements.lock"


def name(short):
    return postgres.database_name(short)


def _connect(database):
    words = postgres.connection()
    try:
        return psycopg2.connect(
            host=words["PGHOST"],
            port=words["PGPORT"],
            user=words["PGUSER"],
            password=words.get("PGPASSWORD"),
            dbname=database,
        )
    except psycopg2.OperationalError as error:
        raise Stop(f"no connection to PostgreSQL: {str(error).strip()}") from None


@contextmanager
def _maintenance():
    connection = _connect("postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    except psycopg2.errors.InsufficientPrivilege as error:
        raise Stop(
            f"the PostgreSQL user may not do this ({str(error).strip()}): it needs CREATEDB."
        ) from None
    finally:
        connection.close()


@contextmanager
def cursor_of(database):
    connection = _connect(database)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def exists(database):
    with _maintenance() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        return bool(cursor.fetchone())


def _filestore(database):
    return paths.DATA_DIR / "filestore" / database


def drop(database):
    with _maintenance() as cursor:
        cursor.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )
    shutil.rmtree(_filestore(database), ignore_errors=True)
    # else a new database of that name looks like one from which anchors were taken away
    (paths.DATA_DIR / "odoo_esign" / f"{database}.anchors").unlink(missing_ok=True)


def copy(source, target):
    """A copy with its filestore (hard links: Odoo never changes a stored file)."""
    drop(target)
    with _maintenance() as cursor:
        try:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(target), sql.Identifier(source)
                )
            )
        except psycopg2.errors.ObjectInUse:
            raise Stop(
                f"the database {source} can't be copied while a program is connected to it."
            ) from None
    if _filestore(source).is_dir():
        shutil.copytree(_filestore(source), _filestore(target), copy_function=os.link)


def set_address(database, url):
    """Links in mails and the style sheets of reports must lead to the server that runs."""
    with cursor_of(database) as cursor:
        for key, value in (
            ("web.base.url", url),
            ("web.base.url.freeze", "True"),
            ("report.url", url),
        ):
            cursor.execute(
                "INSERT INTO ir_config_parameter (key, value, create_date, write_date) "
                "VALUES (%s, %s, now() at time zone 'utc', now() at time zone 'utc') "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )


def _stamp(short):
    return paths.STAMPS / f"db-{name(short)}"


def _is_current(short, key):
    stamp = _stamp(short)
    return stamp.exists() and stamp.read_text() == key and exists(name(short))


def base_key():
    parts = [odoo_source.version(), str(odoo_source.folder()), BASE_MODULES]
    if LOCK_FILE.exists():
        parts.append(LOCK_FILE.read_text())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def module_key():
    """Changes with every file whose change a database must take up."""
    digest = hashlib.sha256(base_key().encode())
    for path in sorted(paths.MODULE.rglob("*")):
        inside = path.relative_to(paths.MODULE)
        # Tests are imported and static files served as they are.
        if inside.parts[0] in ("tests", "static") or "__pycache__" in inside.parts:
            continue
        if path.is_file():
            digest.update(str(inside).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def make_base():
    with locks.exclusive("databases", "another command is making the databases"):
        key = base_key()
        if _is_current(BASE, key):
            return
        with step("Making the base database with Odoo's demo data", "about 2 minutes, once"):
            _stamp(BASE).unlink(missing_ok=True)
            drop(name(BASE))
            odoo_server.run_once(
                "database-base",
                "Odoo could not make the base database.",
                f"--database={name(BASE)}",
                f"--init={BASE_MODULES}",
                "--with-demo",
                "--log-level=warn",
            )
            _empty_mail_queue(name(BASE))
            _stamp(BASE).write_text(key)


def make_ready():
    """The base with the module installed, made anew when the module's files changed."""
    if not (paths.MODULE / "__manifest__.py").exists():
        raise Stop("there is no odoo_esign module in this repository yet.")
    make_base()
    with locks.exclusive("databases", "another command is making the databases"):
        key = module_key()
        if _is_current(READY, key):
            return
        with step("Installing odoo_esign into a copy of the base", "about 30 s, after changes"):
            _stamp(READY).unlink(missing_ok=True)
            copy(name(BASE), name(READY))
            odoo_server.run_once(
                "database-ready",
                "Odoo could not install odoo_esign.",
                f"--database={name(READY)}",
                "--init=odoo_esign",
                "--with-demo",
                "--log-level=warn",
            )
            _empty_mail_queue(name(READY))
            _stamp(READY).write_text(key)


def _empty_mail_queue(database):
    """Demo data leaves mails in the queue, which would hide those of the stories."""
    with cursor_of(database) as cursor:
        cursor.execute("UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing'")


def fresh(short):
    """A fresh copy of the ready database under the given short name; returns its full name."""
    make_ready()
    with locks.exclusive("databases"):
        copy(name(READY), name(short))
        _stamp(short).write_text(_stamp(READY).read_text())
    return name(short)


def is_up_to_date(short):
    """Whether the database was made from the module's present files."""
    return _is_current(short, module_key())


def command_line(words):
    """`dev/db copy SOURCE TARGET | drop NAME | base | ready | list`"""
    verb = words[0] if words else "list"
    if verb == "copy":
        copy(words[1], words[2])
    elif verb == "drop":
        drop(words[1])
    elif verb == "base":
        make_base()
        print(name(BASE))
    elif verb == "ready":
        make_ready()
        print(name(READY))
    elif verb == "list":
        with _maintenance() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1")
            print("\n".join(row[0] for row in cursor.fetchall()))
    else:
        raise Stop("dev/db knows: copy SOURCE TARGET, drop NAME, base, ready, list")

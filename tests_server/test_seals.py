"""A database that leaves the house: no secret in its dump, nothing real that signs in its copy."""

import base64
import re
import subprocess

import pytest
from devenv import databases, odoo_server, paths, postgres

SECRETS = (
    "Korrekt-Pferd-7311",
    "PIN-8842-neun",
    "client-secret-5567",
    "JBSWY3DPEHPK3PXPGEZA",
    "Stempel-3390",
)
KEY = b"-- a private key 99120477, which no dump may hold --"
ROWS = """
for code, values in (
    ("builtin", {"state": "enabled"}),
    ("pkcs12", {"pkcs12_file": %(file)r, "pkcs12_password": %(s0)r}),
    ("pkcs11", {"pkcs11_token": "Token", "pkcs11_key": "Key", "pkcs11_pin": %(s1)r}),
    ("csc", {"csc_url": "https://provider.example/csc/v1", "csc_credential": "cred",
             "csc_client": "odoo", "csc_client_secret": %(s2)r, "csc_totp": %(s3)r}),
):
    seal = env["esign.seal"].create({"name": "Seal " + code, "code": code, **values})
    assert code == "builtin" or seal.kept_secrets, code

server = env["esign.stamp.server"].create({
    "name": "Stamps", "url": "https://stamps.example/tsa", "username": "odoo",
    "password": %(s4)r, "state": "disabled",
})
env.cr.execute("UPDATE esign_stamp_server SET state = 'enabled'")
env.cr.execute("UPDATE esign_seal SET state = CASE code WHEN 'csc' THEN 'test' ELSE 'enabled' END")
env.cr.commit()
print("MADE")
"""


@pytest.fixture(scope="module")
def database():
    made = databases.fresh("server-seals")
    script = ROWS % {
        "file": base64.b64encode(KEY).decode(),
        **{f"s{number}": secret for number, secret in enumerate(SECRETS)},
    }
    done = odoo("shell", made, input=script)
    assert "MADE" in done.stdout, done.stderr[-2000:]
    for secret in SECRETS:
        assert secret not in done.stderr, "the log tells nothing"
    yield made
    databases.drop(made)


def odoo(command, database, *options, **more):
    """Run one of Odoo's commands on a database."""
    configuration = odoo_server.options("-d", database)
    return subprocess.run(
        [*odoo_server.program(), command, *configuration, *options],
        env=odoo_server.environment(),
        cwd=paths.REPO,
        capture_output=True,
        text=True,
        **more,
    )


def states(database):
    with databases.cursor_of(database) as cursor:
        cursor.execute("SELECT code, state FROM esign_seal WHERE name->>'en_US' LIKE 'Seal %'")
        return dict(cursor.fetchall())


def stamp_states(database):
    with databases.cursor_of(database) as cursor:
        cursor.execute("SELECT state FROM esign_stamp_server WHERE name = 'Stamps'")
        return cursor.fetchall()


def test_dump_holds_no_secret(database):
    program = postgres.binaries() / "pg_dump"
    program = program if program.exists() else "pg_dump"
    dump = subprocess.run(
        [str(program), "--inserts", database],
        env=odoo_server.environment(),
        capture_output=True,
        check=True,
    ).stdout
    assert b"esign_secret" in dump and b"provider.example" in dump, "it is the whole database"
    kept = re.findall(rb"INSERT INTO public.esign_secret VALUES \('esign.seal', \d+", dump)
    assert len(kept) == 5
    for secret in (*(text.encode() for text in SECRETS), KEY):
        for written in (
            secret,
            secret.hex().encode(),
            secret.hex().upper().encode(),
            base64.b64encode(secret),
            base64.b64encode(base64.b64encode(secret)),
        ):
            assert written not in dump


def test_neutralized_copy_has_no_real_seal(database):
    copy = databases.name("server-seals-copy")
    databases.copy(database, copy)
    try:
        done = odoo("neutralize", copy)
        assert done.returncode == 0, done.stderr[-2000:]
        assert states(copy) == {
            "builtin": "enabled", "pkcs12": "disabled", "pkcs11": "disabled", "csc": "disabled",
        }  # fmt: skip
        assert stamp_states(database) == [("enabled",)] and stamp_states(copy) == [("disabled",)]
        with databases.cursor_of(copy) as cursor:
            cursor.execute("SELECT count(*) FROM esign_secret")
            assert cursor.fetchone() == (0,)
        assert states(database)["pkcs12"] == "enabled", "the original is as it was"
    finally:
        databases.drop(copy)

"""Entry point of the commands that need the virtual environment; see `make help`."""

import signal
import subprocess
import sys

from devenv import databases, demo, lint, odoo_server, paths, postgres, say, smtp_sink, tests_runner


def odoo(words):
    """Odoo with this clone's set-up; its mails are kept in .dev/mail."""
    if words and not words[0].startswith("-"):  # a subcommand: shell, scaffold, …
        subcommand, words = [words[0]], words[1:]
    else:
        subcommand = []
    with postgres.in_use(), smtp_sink.mail_sink() as smtp_port:
        options = odoo_server.options(f"--smtp-port={smtp_port}")
        process = subprocess.Popen(
            [*odoo_server.program(), *subcommand, *options, *words],
            env=odoo_server.environment(),
        )
        signal.signal(signal.SIGTERM, lambda number, frame: process.send_signal(number))
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the child got the signal too and stops in its own order


def db(words):
    with postgres.in_use():
        databases.command_line(words)


def lint_only(_words):
    return tests_runner.run(["lint"])


def slow_tests(_words):
    return tests_runner.run(["slow"])


def fix(_words):
    """What ruff can mend by itself."""
    for name, command in lint.commands():
        if name == "ruff":
            subprocess.run([*command, "--fix"], cwd=paths.REPO, env=paths.child_environment())


def bench(words):
    """The measurements in bench/; one that needs Odoo or a database starts them itself."""
    program = paths.REPO / "bench" / "run.py"
    command = [str(paths.VENV_PYTHON), str(program), *words]
    return subprocess.run(command, env=odoo_server.environment(), cwd=paths.REPO).returncode


COMMANDS = {
    "demo": demo.play,
    "serve": demo.serve,
    "test": tests_runner.run,
    "test-slow": slow_tests,
    "lint": lint_only,
    "fix": fix,
    "bench": bench,
    "pg": postgres.command_line,
    "odoo": odoo,
    "db": db,
}


def main(words):
    if not words or words[0] not in COMMANDS:
        raise say.Stop(f"run.py knows: {', '.join(COMMANDS)}")
    with paths.temporary_folder():
        return COMMANDS[words[0]](words[1:])


if __name__ == "__main__":
    say.main(main, sys.argv[1:])

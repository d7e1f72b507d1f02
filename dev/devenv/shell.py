"""Running other programs: output into a log file, one clear sentence when they fail."""

import shlex
import socket
import subprocess

from . import paths
from .say import Stop


def run(command, log, failure, *, env=None, cwd=None, show_end=False):
    """Run `command` with its output in `.dev/log/<log>.log`; Stop with `failure` if it fails."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_path = paths.LOGS / f"{log}.log"
    with log_path.open("a") as out:
        out.write(f"\n$ {shlex.join(map(str, command))}\n")
        out.flush()
        try:
            code = subprocess.run(
                list(map(str, command)),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=env or paths.child_environment(),
                cwd=cwd or paths.REPO,
            ).returncode
        except FileNotFoundError:
            raise Stop(f"{failure} The program {command[0]} is missing.") from None
    if not code:
        return
    if show_end:
        end = log_path.read_text(errors="replace").splitlines()[-15:]
        raise Stop("\n".join([f"{failure} The end of {shown(log_path)}:", *end]))
    raise Stop(f"{failure} Its own words are in {shown(log_path)}")


def shown(path):
    """A path as shown to people: from the repository's root where possible."""
    try:
        return str(path.relative_to(paths.REPO))
    except ValueError:
        return str(path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0

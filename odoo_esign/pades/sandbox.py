"""Runs a script over untrusted data in a child process with limits.

This file is the parent's module and the child's launcher in one: the child limits itself before
it reads anything. (`preexec_fn` would be shorter, and can deadlock in a server with threads.)
"""

import contextlib
import importlib.util
import json
import os
import resource
import runpy
import signal
import subprocess
import sys
from pathlib import Path

CPU_MARGIN = 2
"""Seconds of processor time beyond the time limit, after which the kernel kills."""


class SandboxError(Exception):
    """The child didn't finish; `code` is timeout or crashed."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code


def run(
    script: Path,
    arguments: list[str],
    *,
    folder: Path,
    timeout: float,
    max_memory: int,
    max_file: int,
    max_output: int = 2**20,
) -> bytes:
    """Run `script` with this Python, isolated (-I), and return its standard output.

    Limits: `timeout` seconds, `max_memory` bytes of address space, `max_file` bytes per file
    written, and an environment without anything of the server's. Raises SandboxError.
    """
    limits = {'seconds': int(timeout) + CPU_MARGIN, 'memory': max_memory, 'file': max_file}
    # -I: no user's site packages, no environment variables, no current folder on the path.
    command = [sys.executable, '-I', '-B', __file__, json.dumps(limits), str(script), *arguments]
    environment = {'PATH': os.defpath, 'LANG': 'C.UTF-8', 'HOME': str(folder)}
    with open(folder / 'output', 'w+b') as output, open(folder / 'errors', 'w+b') as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env=environment,
            close_fds=True,
            start_new_session=True,  # so that whatever the child starts dies with it
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise SandboxError('timeout', f'not finished after {timeout} seconds') from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        errors.seek(0)
        if code != 0:
            detail = errors.read(4096).decode('utf-8', 'replace').strip().splitlines()
            raise SandboxError('crashed', f'exit {code}: {detail[-1] if detail else ""}')
        return output.read(max_output)


def module_paths(*names: str) -> list[str]:
    """Return the folders that hold the named packages, for a child whose paths are reduced."""
    folders = []
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            folder = Path(spec.origin).parent
            folders.append(str(folder.parent if spec.submodule_search_locations else folder))
    return list(dict.fromkeys(folders))


def _launch(limits, script, *arguments):
    """In the child: take the limits on, then become the script."""
    limits = json.loads(limits)
    resource.setrlimit(resource.RLIMIT_CPU, (limits['seconds'],) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (limits['memory'],) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits['file'],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = [script, *arguments]
    runpy.run_path(script, run_name='__main__')


if __name__ == '__main__':
    _launch(*sys.argv[1:])

"""The measurements run and tell; what they find is no test."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parent.parent / 'bench' / 'run.py'


def bench(*words):
    return subprocess.run([sys.executable, str(BENCH), *words], capture_output=True, text=True)


@pytest.mark.slow
def test_a_quick_run_prints_tables_and_writes_numbers(tmp_path):
    path = tmp_path / 'numbers.json'
    run = bench('sealing', '--quick', '--json', str(path))
    assert run.returncode == 0, run.stderr
    found = json.loads(path.read_text())
    assert found['machine']['packages']['pyhanko'].startswith('0.38.')
    measured = found['measurements']['sealing']
    assert {type(goal['met']) for goal in measured['goals']} == {bool}
    for goal in measured['goals']:
        assert f'{"met   " if goal["met"] else "missed"}  {goal["name"]}' in run.stdout
    assert all(row for table in measured['tables'] for row in table['rows'])
    assert min(measured['samples']['1 page, 1, bare']) > 0


def test_unknown_names_are_told():
    assert bench('nothing').returncode == 2

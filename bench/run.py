"""Measures and prints tables; `make bench`, or by hand `python bench/run.py [--quick] [NAME …]`.

Each measurement is a module of this folder with a function `measure(quick)` that returns a
`results.Report`; add its name to MEASUREMENTS. All numbers go to a JSON file in `.dev/bench/`. A
goal that is missed is printed and does not fail the run: a measurement is not a test.
"""

import argparse
import gc
import importlib
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import machine

REPO = Path(__file__).resolve().parent.parent
RESULTS = REPO / ".dev" / "bench"

MEASUREMENTS = {
    "sealing": "the signature engine against bare pyHanko: time, memory, bytes",
    "page": "the signing page and its request against the portal's page and an empty request",
}


ODOO_COLLECTS = (12_000, 20, 25)
"""How often a server of Odoo's looks for garbage (odoo/init.py): seldomer than Python by itself."""


def main(words):
    """Run the measurements named, or all; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="few repeats: does it run at all?")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    options = parser.parse_args(words)
    if unknown := set(options.names) - set(MEASUREMENTS):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    result = {"machine": machine.facts(REPO), "quick": options.quick, "measurements": {}}
    print(machine.line(result["machine"]))
    gc.set_threshold(*ODOO_COLLECTS)
    for name in options.names or MEASUREMENTS:
        print(f"\n{name}: {MEASUREMENTS[name]}", flush=True)
        report = importlib.import_module(name).measure(options.quick)
        print(report.text())
        result["measurements"][name] = asdict(report)
    path = options.json or RESULTS / time.strftime("%Y-%m-%dT%H%M%SZ.json", time.gmtime())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(f"\nAll numbers: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Memory of one seal step or one bare signature, in a process of its own: see `measured`."""

import gc
import json
import subprocess
import sys
import tracemalloc


def measured(case: str, signers: int, what: str) -> dict:
    """Return how many bytes memory grew, at its peak, while a file was sealed.

    `what` is 'step' or 'bare'. `traced` is what Python allocated; `resident` (Linux) the process
    as the system sees it, None where it does not tell. The caller's own copy of the file is not
    counted.
    """
    output = subprocess.run(
        [sys.executable, __file__, case, str(signers), what], capture_output=True, check=True
    ).stdout
    return json.loads(output)


def _child(case, signers, what):
    import cases

    cases.set_up()
    ca = cases.make_authority()
    step, floor = cases.Step(ca), cases.Floor(ca)

    def work(pdf):
        return step.whole(pdf, signers) if what == "step" else floor.bare(pdf)

    for _warming in range(3):  # fonts, modules and caches are not the file's
        work(cases.frozen(cases.document("1 page"), signers))
    pdf = cases.frozen(cases.document(case), signers)
    found = {"file": len(pdf), "resident": _resident(work, pdf), "traced": _traced(work, pdf)}
    print(json.dumps(found))


def _resident(work, pdf):
    gc.collect()
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # sets the peak back to what is used now
        before = _status("VmRSS")
        work(pdf)
        return _status("VmHWM") - before
    except OSError:
        return None


def _status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def _traced(work, pdf):
    gc.collect()
    tracemalloc.start()
    work(pdf)
    return tracemalloc.get_traced_memory()[1]


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]), sys.argv[3])

"""What programs that are not ours say about the signed file."""

import re
import subprocess


def look_at(pdf, root):
    """Yield a line per program; raise if one of them finds fault."""
    text = _run("pdfsig", "-nocert", pdf)
    valid = text.count("Signature is Valid")
    if valid != 2 or "Total document signed" not in text:
        raise ValueError(text)
    yield f"pdfsig: {valid} signatures valid, total document signed."
    text = _run("mutool", "sign", "-v", pdf)
    if re.search(r"(?i)invalid|has been modified|digest (?:does not|mismatch)", text):
        raise ValueError(text)
    yield "mutool: agrees."
    _run("qpdf", "--check", pdf)
    yield f"qpdf: the file is in order ({pdf.stat().st_size // 1024} kB)."


def _run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3 if command[0] == "qpdf" else 0):
        raise ValueError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr

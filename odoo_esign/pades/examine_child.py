"""Judges one PDF's signatures and prints the result as JSON. Run by sandbox.py, never imported.

    examine_child.py <request> [module path ...]

The request is a JSON file: the PDF's path, certificates to trust and the moment to judge at. Exits
0 with a JSON object. Whatever else happens (killed, out of memory, a traceback) tells the parent
that the file can't be opened safely. It imports nothing of Odoo.
"""

import base64
import datetime
import json
import sys


def main(request, *paths):
    sys.path.extend(paths)
    with open(request, encoding='utf-8') as file:
        request = json.load(file)
    with open(request['pdf'], 'rb') as file:
        pdf = file.read()
    sys.stdout.write(json.dumps(examine(pdf, request)))


def examine(pdf, request):
    from pades.forms import open_reader
    from pades.reports import plain, plain_problem
    from pades.validate import look

    if pdf.find(b'%PDF-', 0, 1024) < 0:
        return {'refused': 'not_pdf', 'message': 'this is not a PDF'}
    try:
        open_reader(pdf)
    except Exception as error:
        code = 'encrypted' if getattr(error, 'code', '') == 'encrypted' else 'broken'
        return {'refused': code, 'message': f'the PDF cannot be read: {error}'}
    moment = request['moment'] and datetime.datetime.fromisoformat(request['moment'])
    findings = look(
        pdf,
        roots=[base64.b64decode(der) for der in request['roots']],
        stamp_roots=[base64.b64decode(der) for der in request['stamp_roots']],
        moment=moment,
    )
    return {
        'pages': findings.pages,
        'problems': [plain_problem(problem) for problem in findings.problems],
        'signatures': [plain(report) for report in findings.signatures],
    }


if __name__ == '__main__':
    main(*sys.argv[1:])

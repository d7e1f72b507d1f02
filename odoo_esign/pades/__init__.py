"""PDF signatures (PAdES, ETSI EN 319 142-1) over pyHanko, in pure Python.

A document flows: `fields.freeze` creates all form fields, `seal.certify` puts the company's
certification signature on it, `seal.approve` fills and signs for one person at a time,
`validate.check_sealed` reads the result back.
"""

from . import answer_guard, asn1_guard, hex_strings

answer_guard.apply()
asn1_guard.apply()
hex_strings.apply()

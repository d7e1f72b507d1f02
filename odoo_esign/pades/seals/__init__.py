"""Seals with keys that the built-in authority doesn't make.

`pkcs12`, `pkcs11` and `csc` each open one kind; all of them ask `check` before anything is signed.
`gather` gets what is to be known of such certificates and of outside time stamps.
"""

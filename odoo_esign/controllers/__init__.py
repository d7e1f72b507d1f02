from . import access, redact_log, signing, identification, reading, portal, verify

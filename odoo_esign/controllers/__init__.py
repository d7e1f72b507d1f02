from . import access, redact_log, signing, identification, portal, verify

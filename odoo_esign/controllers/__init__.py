from . import access, redact_log, signing, identification, verify

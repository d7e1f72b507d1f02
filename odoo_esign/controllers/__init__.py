from . import access, redact_log, signing, verify

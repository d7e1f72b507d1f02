"""The key that everything secret in the database is encrypted under; it lies elsewhere."""

import base64
import logging
import os
import tempfile
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.tools import config

from ..pades import keystore

_logger = logging.getLogger(__name__)

ENVIRONMENT_KEY = "ODOO_ESIGN_KEY"
CONFIG_KEY = "esign_key"


def wrap(env, plaintext, context):
    """Return ``plaintext`` encrypted; the master key comes into being at first use."""
    return keystore.wrap(_master_key(env.cr.dbname), plaintext, context)


def unwrap(env, wrapped, context):
    """Return what ``wrap`` was given.

    :raise UserError: if the master key is missing
    :raise KeystoreError: if it is another one, or the row was changed or swapped
    """
    if not _has_key(env.cr.dbname):
        raise UserError(
            env._(
                "The key that the seals' keys and passwords are encrypted under is missing. "
                "Set %(option)s as it was, or put the file odoo_esign/%(database)s.key back "
                "into the data folder; a renamed or copied database needs a copy of it.",
                option=CONFIG_KEY,
                database=env.cr.dbname,
            )
        )
    return keystore.unwrap(_master_key(env.cr.dbname), bytes(wrapped), context)


def has_configured_key():
    """Tell whether the administrator has set a key, in the environment or the configuration."""
    return bool(_configured_key())


def _configured_key():
    return os.environ.get(ENVIRONMENT_KEY) or config.get(CONFIG_KEY)


def _key_path(dbname):
    return os.path.join(config["data_dir"], "odoo_esign", f"{dbname}.key")


def _has_key(dbname):
    return has_configured_key() or os.path.exists(_key_path(dbname))


def _master_key(dbname):
    """Return the key from the environment or the configuration file.

    Without either from a file that only the server can read, which is weaker, since it lies
    on the same disk as the filestore.
    """
    return keystore.master_key_from(_configured_key() or _secret_file(dbname))


def _secret_file(dbname):
    path = _key_path(dbname)
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        pass
    _logger.warning(
        "No %s in the configuration: the keys of the certificate authority are encrypted "
        "under a key in %s. Back that file up, or set %s before the first signature.",
        CONFIG_KEY,
        path,
        CONFIG_KEY,
    )
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(os.urandom(48)))
        file.flush()
        os.fsync(file.fileno())
    # whole or not at all, and never over one that another worker has made meanwhile
    with suppress(FileExistsError):
        os.link(temporary, path)
    os.unlink(temporary)
    return _secret_file(dbname)

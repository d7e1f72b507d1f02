def uninstall_hook(env):
    """Remove what the ORM does not know of: the keys' tables and the log's trigger."""
    env.cr.execute("DROP TABLE IF EXISTS esign_authority_key")
    env.cr.execute("DROP TABLE IF EXISTS esign_secret")
    env.cr.execute("DROP FUNCTION IF EXISTS esign_event_refuse() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS esign_refuse_change() CASCADE")

from .models.esign_anchor import put_aside_outside


def uninstall_hook(env):
    """Remove what the ORM does not know of: the keys' tables and the log's trigger.

    The list of anchors in the data folder would give a later installation the alert that they
    are gone. It is put aside, not deleted: it is evidence.
    """
    dbname = env.cr.dbname
    env.cr.postcommit.add(lambda: put_aside_outside(dbname))
    env.cr.execute("DROP TABLE IF EXISTS esign_authority_key")
    env.cr.execute("DROP TABLE IF EXISTS esign_secret")
    env.cr.execute("DROP FUNCTION IF EXISTS esign_event_refuse() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS esign_refuse_change() CASCADE")

"""An Odoo server as a process of its own, with its database and its mail server."""

import os
import shutil
import signal
import threading
import time
from contextlib import ExitStack

from devenv import databases, odoo_server, paths, shell, smtp_sink
from story.office import Office
from story.post import Post

MODES = {
    "threads": ("--workers=0", "--max-cron-threads=2"),
    "prefork": ("--workers=2", "--max-cron-threads=2"),
}
LINK = "/esign/s/"
STEP = 5  # seconds that one question takes at most, and then some
# a master key given from outside opens the authority's keys in a copy of the database too
MASTER_KEY = "a secret of at least thirty-two characters, for tests alone"


class Running:
    """A server that can be killed, started again, and cut off from its mail server."""

    def __init__(self, database, mode, folder):
        self.database, self.mode, self.folder = database, mode, folder
        self.mails = folder / "mails"
        self.post = Post(self.mails)
        self.smtp_port = shell.free_port()
        self._mail_server = ExitStack()
        options = MODES[mode]
        if mode == "prefork":
            options = (*options, f"--gevent-port={shell.free_port()}")
        self.server = odoo_server.Server(
            database, self.smtp_port, options=options, log=folder / "server.log"
        )
        self.url = self.server.url
        self.office = Office(self.url, database)
        self.crowd = None  # see crowd.py

    def start(self):
        os.environ["ODOO_ESIGN_KEY"] = MASTER_KEY
        databases.set_address(self.database, self.url)
        self.mail_server_up()
        self.server.start()

    def stop(self):
        self.server.stop()
        self.mail_server_down()

    def restart(self, *more_options, log=None):
        self.server.stop()
        self.server = odoo_server.Server(
            self.database,
            self.smtp_port,
            self.server.port,
            options=(*self.server.options, *more_options),
            log=log or self.server.log,
        )
        self.server.start()

    def kill_worker_of(self, job):
        """kill -9 of the process that holds a job; with threads that is the whole server.

        The process is stopped first and asked about afterwards: only one that holds the job for
        sure is killed.

        :return: False if the job was done meanwhile, and nobody was killed
        """
        owner = self._lease_owner(job)
        if not owner:
            return False
        process = int(owner.split(":")[1])
        os.kill(process, signal.SIGSTOP)
        time.sleep(0.2)  # what was on its way to the database arrives there
        if self._lease_owner(job) != owner:
            os.kill(process, signal.SIGCONT)
            return False
        if self.mode == "threads":
            os.killpg(self.server.process.pid, signal.SIGKILL)
            self.server.process.wait()
        else:
            # the server starts another worker in its place by itself
            os.kill(process, signal.SIGKILL)
        return True

    def _lease_owner(self, job):
        return self.value(
            "SELECT lease_owner FROM esign_job WHERE id = %s AND state = 'pending'", job
        )

    def mail_server_up(self):
        self._mail_server.enter_context(smtp_sink.mail_sink(self.mails, self.smtp_port))

    def mail_server_down(self):
        self._mail_server.close()

    # ------------------------------------------------------------- database
    def rows(self, query, *values):
        with databases.cursor_of(self.database) as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def value(self, query, *values):
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None

    def wake_jobs(self, due_now=True):
        """Let the crons look for jobs; those that wait for their next try are due now."""
        if due_now:
            self.rows("UPDATE esign_job SET next_try = now() AT TIME ZONE 'UTC' - interval '1 s'")
        self.rows(
            """INSERT INTO ir_cron_trigger (cron_id, call_at)
                SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data
                 WHERE module = 'odoo_esign' AND model = 'ir.cron'"""
        )
        with databases.cursor_of("postgres") as cursor:
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [self.database])

    def stored_file(self, name):
        """Return the path of the file that an attachment calls ``store_fname``."""
        return paths.DATA_DIR / "filestore" / self.database / name

    # ------------------------------------------------------------- mails
    def link(self, address):
        """Return the newest link that was mailed to ``address``, on this server."""
        path = self.post.link(self.post.wait_for(address, ""), LINK)
        return self.url + path[path.index(LINK) :]

    def mails_to(self, address, subject):
        return [
            mail
            for mail in self.post.mails()
            if address in str(mail["To"]) and subject in str(mail["Subject"])
        ]


def copy_mails(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True)


def wait_until(true, seconds, what):
    """Ask again and again; :raise TimeoutError: if it does not come true in time

    Time in which this process itself stood still (a machine put to sleep) does not count.
    """
    spent, last = 0, time.monotonic()
    while not (answer := true()):
        now = time.monotonic()
        spent, last = spent + min(now - last, STEP), now
        if spent > seconds:
            raise TimeoutError(f"after {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.2)
    return answer


def after(seconds, call):
    """Return ``call`` that begins a little later, so that not always the same one is first."""

    def make():
        time.sleep(seconds)
        return call()

    return make


def at_once(*calls):
    """Make all calls at the same moment, each in a thread of its own.

    :return: per call what it returned, or the exception that it raised
    """
    results, start = [None] * len(calls), threading.Barrier(len(calls))

    def make(number, call):
        start.wait()
        try:
            results[number] = call()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=make, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

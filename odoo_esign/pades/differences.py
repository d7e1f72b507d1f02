"""pyHanko's difference analysis, made once for each signature of a file.

Its judges ask for it again and again: three times for a signature, four for a time stamp, and it is
most of their work.
"""

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffPolicy


class Remembered(DiffPolicy):
    """The default policy, remembering its answers about one reader's file."""

    def __init__(self, reader: PdfFileReader, policy: DiffPolicy = DEFAULT_DIFF_POLICY):
        self._reader, self._policy = reader, policy
        self._answers = {}

    def apply(self, old, new, field_mdp_spec=None, doc_mdp=None):
        """Compare two revisions; raises SuspiciousModification."""
        return self._policy.apply(old, new, field_mdp_spec=field_mdp_spec, doc_mdp=doc_mdp)

    def review_file(self, reader, base_revision, field_mdp_spec=None, doc_mdp=None):
        """Compare all revisions after one with it."""
        options = {'field_mdp_spec': field_mdp_spec, 'doc_mdp': doc_mdp}
        if reader is not self._reader:
            return self._policy.review_file(reader, base_revision, **options)
        revision = getattr(base_revision, 'revision', base_revision)
        key = (revision, repr(field_mdp_spec), doc_mdp)
        if key not in self._answers:
            answer = self._policy.review_file(reader, base_revision, **options)
            self._answers[key] = answer
        return self._answers[key]

"""Says in the reader's language what ``pades``, which knows English alone, found wrong."""

from ..pades.problems import Problem
from ..pades.words import Sentence, _lt


def in_words(env, reason):
    """Return a reason in the language of ``env``.

    :param reason: a sentence, a problem, a list of these, or what is a text already
    """
    if isinstance(reason, Problem):
        return _problem_in_words(env, reason)
    if isinstance(reason, Sentence):
        values = {name: in_words(env, value) for name, value in reason.values.items()}
        return env._(reason.template, **values)
    if isinstance(reason, list | tuple):
        return "; ".join(in_words(env, one) for one in reason)
    return str(reason)


def does_not_hold_up(problems):
    """Return why what was sealed is not good enough."""
    return _lt("What was signed does not hold up when it is read back: %(found)s", found=problems)


def _problem_in_words(env, problem):
    words = env["esign.verification"]._words_problems().get(problem.code)
    if not words:
        return str(problem)
    return f"{problem.field}: {words}" if problem.field else words

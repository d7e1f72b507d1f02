"""Says in the reader's language what ``pades``, which knows English alone, found wrong."""

from ..pades.problems import Problem
from ..pades.words import Sentence, _lt


def in_words(env, reason):
    """Return a reason in the language of ``env``.

    :param reason: a sentence, a problem, a list of these, or what is a text already; also what
        ``kept`` has made of one
    """
    reason = taken_up(reason)
    if isinstance(reason, Problem):
        return _problem_in_words(env, reason)
    if isinstance(reason, Sentence):
        values = {name: in_words(env, value) for name, value in reason.values.items()}
        return env._(reason.template, **values)
    if isinstance(reason, list | tuple):
        return "; ".join(in_words(env, one) for one in reason)
    return str(reason)


def kept(reason, clean=str):
    """Return a reason as JSON, to be put into words when it is known who reads it.

    :param clean: what to do with each text in it
    """
    if isinstance(reason, Problem):
        return {"code": reason.code, "text": clean(str(reason)), "field": reason.field or ""}
    if isinstance(reason, Sentence):
        values = {name: kept(value, clean) for name, value in reason.values.items()}
        return {"template": reason.template, "values": values}
    if isinstance(reason, list | tuple):
        return [kept(one, clean) for one in reason]
    return clean(str(reason))


def taken_up(reason):
    """Return what ``kept`` was given; anything else as it is. Nothing in it makes this raise."""
    if isinstance(reason, list | tuple):
        return [taken_up(one) for one in reason]
    if not isinstance(reason, dict):
        return reason
    if "code" in reason:
        return Problem(reason["code"], reason.get("text", ""), reason.get("field") or None)
    try:
        values = {name: taken_up(value) for name, value in reason["values"].items()}
        return Sentence(reason["template"], **values)
    except (KeyError, TypeError, ValueError, AttributeError):
        return str(reason)  # somebody has changed it in the database


def does_not_hold_up(problems):
    """Return why what was sealed is not good enough."""
    return _lt("What was signed does not hold up when it is read back: %(found)s", found=problems)


def _problem_in_words(env, problem):
    words = env["esign.verification"]._words_problems().get(problem.code)
    if not words:
        return str(problem)
    return f"{problem.field}: {words}" if problem.field else words

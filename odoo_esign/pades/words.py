"""English sentences that can be said in other languages, by whoever has these.

They are marked with `_lt`, the name by which Odoo's export of texts to translate finds them; this
package knows nothing of Odoo.
"""


class Sentence(str):
    """An English sentence that remembers what it was made of: a template and values.

    The template has named places, '%(name)s'. A value is a text, another sentence, a problem, or a
    list of these.
    """

    __slots__ = ('template', 'values')

    def __new__(cls, template: str, **values):
        values = {name: _kept(value) for name, value in values.items()}
        texts = {name: _english(value) for name, value in values.items()}
        sentence = super().__new__(cls, template % texts if texts else template)
        sentence.template = template
        sentence.values = values
        return sentence

    def __getnewargs_ex__(self):
        return (self.template,), self.values


def _kept(value):
    """Return what is kept of a value: an error would hold on to all that was there."""
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return value if isinstance(value, str) else str(value)


def _english(value):
    return '; '.join(map(_english, value)) if isinstance(value, list) else str(value)


_lt = Sentence

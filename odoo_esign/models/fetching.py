"""Records found and read in one statement, where somebody waits for the answer.

The ORM builds the text of a query anew each time, which takes longer than the database needs for
it; here the text is kept. The values go into the ORM's cache as its own reading puts them there:
what is done with them afterwards is ordinary code, and what was not read comes by itself.
"""

from functools import lru_cache
from weakref import WeakKeyDictionary

from odoo.tools import SQL

_columns = WeakKeyDictionary()  # by class of model, and by whether it is the system that reads


def find_whole(model, name, value, columns=None):
    """Return the record of which the unique column ``name`` is ``value``, or none.

    Nobody's access is asked for: for the system itself.

    :param columns: what to read, as a tuple; all that reading one field would read too if None
    """
    return _read(model, columns or _column_names(model), name, value)


def read_lines(record, name):
    """Read what the one2many field ``name`` of a record holds; nobody's access is asked for.

    Only for models whose order is made of columns of their own.
    """
    field = record._fields[name]
    model = record.env[field.comodel_name]
    order = _order_behind(field.inverse_name, model._order)
    lines = _read(model, _column_names(model), field.inverse_name, record.id, order)
    field._insert_cache(record, [lines._ids])
    return lines


def _column_names(model):
    """Return the stored fields that the ORM reads together with any one of them.

    For the system itself what others may not read comes along, which would be one more query.
    """
    known = _columns.setdefault(type(model), {})
    if model.env.su not in known:
        known[model.env.su] = tuple(
            name
            for name, field in model._fields.items()
            if field.store
            and field.column_type
            and field.prefetch is True
            and name != "id"
            and (model.env.su or not field.groups)
        )
    return known[model.env.su]


@lru_cache(maxsize=64)
def _order_behind(parent, order):
    """Return the order of the lines of one parent as terms of SQL."""
    terms = []
    for part in order.split(","):
        name, *way = part.split()
        name = name.removesuffix(".id")
        if name != parent:
            terms.append(" ".join([f'"{name}"', *way]))
    return tuple(terms)


@lru_cache(maxsize=64)
def _select(table, columns, translated, name, order):
    """Return the text of a statement; all of it are names of our own tables and columns."""
    terms = [f'"{column}"' for column in ("id", *columns)] + ["%s"] * len(translated)
    text = f'SELECT {", ".join(terms)} FROM "{table}" WHERE "{name}" = %s'
    return f"{text} ORDER BY {', '.join(order)}" if order else text


def _read(model, columns, name, value, order=()):
    """Put rows into the cache, behind what is pending; return their records."""
    model.flush_model([name, *columns])
    translated = tuple(column for column in columns if model._fields[column].translate)
    columns = tuple(column for column in columns if column not in translated)
    text = _select(model._table, columns, translated, name, order)
    in_language = [model._field_to_sql(model._table, column) for column in translated]
    rows = model.env.execute_query(SQL(text, *in_language, value))
    if not rows:
        return model.browse()
    ids, *values_of = zip(*rows, strict=True)
    records = model.browse(ids)
    for column, values in zip((*columns, *translated), values_of, strict=True):
        model._fields[column]._insert_cache(records, values)
    return records

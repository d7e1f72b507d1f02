"""Records found and read in one query instead of two."""


def search_whole(model, domain, **options):
    """Return the records that ``domain`` finds, with all that reading one field would read too.

    For the system itself what others may not read comes along, which would be one more query.
    """
    names = [
        name
        for name, field in model._fields.items()
        if field.store
        and field.column_type
        and field.prefetch is True
        and (model.env.su or not field.groups)
    ]
    return model.search_fetch(domain, names, **options)

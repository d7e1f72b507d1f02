MORE = 8  # mm


def margin_top(env):
    """Return the margin at the top for a page in the company's layout, in mm.

    The usual one has room for an address of three lines; longer ones hide what begins a page.
    """
    return env["ir.actions.report"].get_paperformat().margin_top + MORE

"""The development environment behind the Makefile.

Modules that run before the virtual environment exists (all that `set_up.py`
imports) use the standard library only.
"""

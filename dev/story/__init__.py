"""The stories that `make demo` plays."""

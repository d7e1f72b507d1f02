from . import participants

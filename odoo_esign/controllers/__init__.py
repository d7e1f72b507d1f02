from . import access, redact_log, pdf_library
from . import signing, identification, own_images, pictures, reading, portal
from . import verify, trust
from . import in_person

from . import esign_dialog
from . import esign_authority_reissue, esign_signer_change
from . import esign_envelope_cancel, esign_envelope_extend

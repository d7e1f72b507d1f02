from . import esign_signer_change

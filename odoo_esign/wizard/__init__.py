from . import esign_authority_reissue, esign_signer_change

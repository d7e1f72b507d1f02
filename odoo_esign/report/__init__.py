from . import certificate, certificate_words, participants

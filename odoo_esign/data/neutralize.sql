-- a copy of the database must not sign with a company's real keys
UPDATE esign_seal
   SET state = 'disabled'
 WHERE code != 'builtin';

-- nor use up time stamps that are paid for; the built-in stamper takes their place
DO $$
BEGIN
    IF to_regclass('esign_stamp_server') IS NOT NULL THEN
        EXECUTE 'UPDATE esign_stamp_server SET state = ''disabled''';
    END IF;
END
$$;

-- passwords, PINs and key files of both do not belong into a copy at all
DELETE FROM esign_secret;

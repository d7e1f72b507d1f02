-- a copy of the database must not sign with a company's real keys, nor use up paid time stamps
UPDATE esign_seal
   SET state = 'disabled'
 WHERE code != 'builtin';

-- the secrets themselves don't belong into a copy either
DELETE FROM esign_secret;

DO $$
BEGIN
    IF to_regclass('esign_stamp_server') IS NOT NULL THEN
        IF EXISTS (
            SELECT 1 FROM information_schema.columns
             WHERE table_name = 'esign_stamp_server' AND column_name = 'active'
        ) THEN
            EXECUTE 'UPDATE esign_stamp_server SET active = false';
        END IF;
    END IF;
END
$$;

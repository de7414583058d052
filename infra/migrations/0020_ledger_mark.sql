-- By which this ledger is told from itself as a backup has it: it counts here and in the bucket, here first.

CREATE TABLE ledger_mark (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  id    uuid NOT NULL DEFAULT gen_random_uuid(),  -- of this ledger, and of its backups
  moved bigint NOT NULL DEFAULT 0
);
INSERT INTO ledger_mark DEFAULT VALUES;

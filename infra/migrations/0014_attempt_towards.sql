-- What a payment went towards, so that a film's account can be told version by version, also of what was let go:
-- the payer's own words, empty where an earlier release sent it.

ALTER TABLE attempt ADD COLUMN towards text NOT NULL DEFAULT '';

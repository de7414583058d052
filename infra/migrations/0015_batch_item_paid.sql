-- Whether anything of an item may cost money, as its dry run said: what it is made of may all be there, and cost
-- nothing, and still be held to its limit. Nobody knows it of those that have a row already.

ALTER TABLE batch_item ADD COLUMN paid boolean NOT NULL DEFAULT true;

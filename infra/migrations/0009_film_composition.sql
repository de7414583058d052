-- How the edges of a product were placed that an image was drawn after; empty where its whole photo was shown, as
-- earlier releases did.

ALTER TABLE film_wording ADD COLUMN composed text NOT NULL DEFAULT '';

-- What was delivered of a film: every cut has a number of its own, which is never given again.

CREATE TABLE film_cut (
  film     text NOT NULL,                   -- the workflow id
  number   int NOT NULL CHECK (number > 0),
  key      text NOT NULL,                   -- of the recipe of what was delivered: the same film is the same cut
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (film, number),
  UNIQUE (film, key)
);

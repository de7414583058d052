-- Which versions of a film's shots are finished: a cut may show any of them, and making one more buys nothing
-- of another.

CREATE TABLE film_version (
  film     text NOT NULL,                   -- the workflow id
  plan     int NOT NULL CHECK (plan > 0),   -- which of its plans: a retake of the whole film is another one
  shot     text NOT NULL,
  name     text NOT NULL,                   -- such as draft-1
  value    jsonb NOT NULL,                  -- how it was asked for, and the artifacts that it is made of
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (film, plan, shot, name)
);

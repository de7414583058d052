-- For whom a production is made, as the request of its newest run says: what was spent is asked for by user and
-- by label. What is kept to make a film from again names neither, for they make it no other film.

CREATE TABLE made_for (
  film      text PRIMARY KEY,               -- the workflow id
  user_name text NOT NULL,                  -- empty where nobody is named
  labels    text[] NOT NULL,
  asked_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

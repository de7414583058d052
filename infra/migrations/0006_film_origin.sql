-- What a film was first made from, so that no later release makes another one of it.

CREATE TABLE film (                         -- written when it is first planned
  id       text PRIMARY KEY,                -- the workflow id
  request  jsonb NOT NULL,                  -- images by the keys of their uploads
  of_old   boolean NOT NULL,                -- it had bought something before anything here was written of it
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE film_profile (                 -- the models that a profile meant when the film first used it
  film     text NOT NULL,
  profile  text NOT NULL,
  models   jsonb NOT NULL,                  -- role → model
  PRIMARY KEY (film, profile)
);

CREATE TABLE film_plan (                    -- the plan that the film was first given
  film     text NOT NULL,
  asked    text NOT NULL,                   -- planner and digest of what a plan follows from
  plan     text NOT NULL REFERENCES render, -- the key of its recipe
  engine   text NOT NULL,                   -- the rules that it was made or read by
  PRIMARY KEY (film, asked)
);

CREATE TABLE film_wording (                 -- the words that a paid step was first asked in
  film     text NOT NULL,
  asked    text NOT NULL,                   -- digest of the facts
  facts    jsonb NOT NULL,                  -- all that the words follow from
  prompt   text NOT NULL,
  negative text NOT NULL,
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (film, asked)
);

-- What a film remembers between its runs: what was chosen for its steps, and what people changed in it.

CREATE TABLE film_choice (                  -- what the policy ladder or a fallback chose, one row a step
  film     text NOT NULL,                   -- the workflow id
  step     text NOT NULL,                   -- such as chunk:hero_shot:2
  model    text NOT NULL,
  rung     int NOT NULL CHECK (rung >= 0),
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (film, step)
);

CREATE TABLE film_edit (                    -- what an update changed, written before it is acknowledged
  film     text NOT NULL,
  id       text NOT NULL,                   -- the update's own id: the same update counts once
  kind     text NOT NULL,
  value    jsonb NOT NULL,
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (film, id)
);

CREATE INDEX attempt_payer ON attempt (payer);

-- What a day's job of a model has shown of its entry in the catalogue. By deployment, for each has its own accounts,
-- keys and places.

CREATE TABLE model_verdict (
  model       text NOT NULL,               -- its id in the catalogue
  deployment  text NOT NULL DEFAULT '',    -- empty: of workers without one
  day         date NOT NULL,               -- of UTC
  state       text NOT NULL CHECK (state IN ('verified', 'differs', 'failed')),
  key         text NOT NULL,               -- the recipe of the job: it names the entry as it stood
  usd         numeric(12, 6) NOT NULL,
  findings    jsonb NOT NULL,              -- [{field, says, seen, differs}]
  verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (model, deployment, day)
);

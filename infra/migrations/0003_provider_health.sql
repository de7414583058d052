-- How the paid models fare: one circuit breaker a model, for all workers together.

CREATE TABLE provider_health (
  provider   text NOT NULL,
  model      text NOT NULL,                 -- its id in the catalogue
  failures   int NOT NULL CHECK (failures >= 0),  -- in a row; while a probe is out, one short of the limit
  open_until timestamptz,                   -- nobody is admitted before; past: one probe is; NULL: closed
  step       int NOT NULL DEFAULT 0 CHECK (step >= 0),  -- which of the rests it is in; 0: closed
  PRIMARY KEY (provider, model),
  CHECK ((step = 0) = (open_until IS NULL))
);

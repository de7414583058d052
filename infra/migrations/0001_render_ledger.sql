-- The render ledger: what has been made, who is making what, and what was paid for it.
-- Every statement that touches these tables stands alone and may be sent again when its answer is lost.

CREATE TABLE render (                       -- one row a recipe
  key         text PRIMARY KEY,
  recipe      jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
  epoch       bigint NOT NULL DEFAULT 0,    -- fencing token, +1 with every claim
  owner       text,                         -- claim id, <process instance>:<uuid>, new for every activity attempt
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  wish_until  timestamptz NOT NULL DEFAULT '-infinity',  -- somebody else waits for it at least until then
  stop        text CHECK (stop IN ('asked', 'sent')),
  attempts    int NOT NULL DEFAULT 0,
  object      text,
  facts       jsonb,
  made_by     int,                          -- the attempt that made it; NULL where the work was free
  done_at     timestamptz,
  CHECK (state <> 'done' OR object IS NOT NULL)
);

CREATE TABLE attempt (                      -- one row a paid submit; rows are never deleted
  key          text NOT NULL REFERENCES render,
  n            int NOT NULL,
  tag          uuid NOT NULL UNIQUE,        -- made by the sender, carried in the job where the provider lets it
  epoch        bigint NOT NULL,
  phase        text NOT NULL,
  provider     text NOT NULL,
  account      text NOT NULL,
  model        text NOT NULL,
  fingerprint  text,                        -- hash of the request as sent, URL queries removed; NULL: cannot list
  request      jsonb NOT NULL,              -- what was sent, without secrets and signatures
  intent_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  settle_at    timestamptz NOT NULL,
  job_id       text,
  job          jsonb,                       -- ids and URLs that submit returned
  estimate     numeric(12, 6) NOT NULL,
  cost         numeric(12, 6),
  cost_certain boolean NOT NULL DEFAULT false,
  payer        text NOT NULL,               -- the workflow whose attempt sent it; waiters pay nothing
  error        jsonb,
  ended_at     timestamptz,
  PRIMARY KEY (key, n),
  CHECK (phase NOT IN ('running', 'stray') OR job_id IS NOT NULL)
);

CREATE UNIQUE INDEX one_open ON attempt (key) WHERE phase IN ('intent', 'held', 'running');
CREATE UNIQUE INDEX one_guess ON attempt (provider, account, fingerprint)
  WHERE phase IN ('intent', 'held') AND job_id IS NULL;
CREATE UNIQUE INDEX one_job ON attempt (provider, account, job_id) WHERE job_id IS NOT NULL;

-- What a batch is of: its items, one row each. The rows are the truth; the workflow is a window over them.

CREATE TABLE batch_item (
  batch        text NOT NULL,                -- the batch's workflow id
  number       int NOT NULL CHECK (number > 0),  -- in the file's order
  lines        int[] NOT NULL,               -- which lines ask for it: the same line twice is one item
  item         text NOT NULL,                -- the workflow id that follows from its request
  production   text NOT NULL,                -- the registered name of its workflow
  request      jsonb NOT NULL,
  price_usd    numeric NOT NULL,             -- of what was not there yet, as its dry run said
  most_usd     numeric NOT NULL,             -- what it may come to, and is held back for it
  state        text NOT NULL DEFAULT 'pending' CHECK (state IN (
                 -- those of a batch that is still being read and priced: they count once all are there
                 'admitting',
                 'pending', 'running', 'attached', 'completed', 'over_budget', 'awaiting_review',
                 'stopped', 'canceled', 'failed')),
  reserved_usd numeric NOT NULL DEFAULT 0,
  before_usd   numeric NOT NULL DEFAULT 0,   -- what it had cost before this batch began it
  spent_usd    numeric NOT NULL DEFAULT 0,   -- what this batch paid for it, all its runs, as the ledger says
  taken        text,                         -- who took it last: asked again, the same are given
  run          text,
  delivered    text,
  whole        boolean,
  lent         boolean NOT NULL DEFAULT false,  -- made by somebody else's run, and paid by its owner
  approval     jsonb,                        -- the edit that approves what waits in it
  why          text NOT NULL DEFAULT '',
  updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (batch, number),
  UNIQUE (batch, item)
);

CREATE INDEX batch_item_state ON batch_item (batch, state, number);

"""Knows the statements of the ledger of paid work; `submissions.py` says what each of them means."""

from __future__ import annotations

# Read with the row, by the database's clock: a listing that is begun afterwards is begun after it.
_ATTEMPT = """
       a.n, a.tag::text AS tag, a.phase, a.provider, a.account, a.model, a.fingerprint, a.intent_at,
       a.settle_at <= clock_timestamp() AS settled,
       extract(epoch FROM clock_timestamp() - a.intent_at)::float8 AS age_s,
       a.job_id, a.job::text AS job, a.estimate, a.cost, a.cost_certain, a.payer, a.error::text AS error,
       a.ended_at, a.towards"""

_OPEN = "a.phase IN ('intent', 'held', 'running')"

# Of what is done, the attempt that made it: others that are open yet are the sweeper's.
SURVEY = f"""
SELECT r.key, r.state, r.epoch, r.stop, r.attempts, r.object, r.facts::text AS facts, r.made_by, r.done_at,
       r.let_go,
{_ATTEMPT}
  FROM render r LEFT JOIN attempt a
    ON a.key = r.key AND CASE r.state WHEN 'done' THEN a.n = r.made_by ELSE {_OPEN} END
 WHERE r.key = $1"""

SUBMISSION = f"SELECT a.key, {_ATTEMPT} FROM attempt a WHERE a.key = $1 AND a.n = $2"

KNOWN = "SELECT job_id FROM attempt WHERE provider = $1 AND account = $2 AND job_id = ANY($3::text[])"

# By the index of what is unfinished: however long the ledger is, few are.
RUNNING = """
SELECT count(*) AS jobs FROM attempt
 WHERE phase IN ('intent', 'held', 'running', 'stray') AND phase = 'running'
   AND provider = $1 AND account = $2"""

ENDED_BADLY = f"""
SELECT a.key, {_ATTEMPT} FROM attempt a WHERE a.key = $1 AND a.phase IN ('failed', 'rejected') ORDER BY a.n"""

PAID_BY = f"""
SELECT a.key, {_ATTEMPT}, a.n <= r.let_go AS deleted FROM attempt a JOIN render r USING (key)
 WHERE a.payer = $1 ORDER BY a.intent_at, a.key, a.n"""

CLAIM_OPEN = """
UPDATE render SET epoch = epoch + 1, owner = $2, lease_until = clock_timestamp() + $3
 WHERE key = $1 AND state = 'open' AND (lease_until + $4 <= clock_timestamp() OR owner = $2)
   AND EXISTS (SELECT 1 FROM attempt a WHERE a.key = $1 AND a.phase IN ('intent', 'running'))
RETURNING epoch, stop"""

INTENT = """
WITH own AS (UPDATE render SET attempts = attempts + 1, stop = NULL, lease_until = clock_timestamp() + $3
              WHERE key = $1 AND epoch = $2 AND state = 'open' RETURNING key, epoch, attempts)
INSERT INTO attempt (key, n, tag, epoch, phase, provider, account, model, fingerprint, request, estimate,
                     payer, settle_at, towards)
SELECT key, attempts, $4::text::uuid, epoch, 'intent', $5, $6, $7, $8, $9::text::jsonb, $10, $11,
       clock_timestamp() + $12, $13
  FROM own RETURNING n"""

INTENDED = "SELECT n FROM attempt WHERE tag = $1::text::uuid"

NUMBERS = "SELECT n FROM attempt WHERE key = $1"

# A fact that a restored ledger has lost. Entered as held, for no cap has to have room for what is spent.
ADOPT = """
WITH row AS (UPDATE render SET attempts = greatest(attempts, $2) WHERE key = $1 AND state = 'open'
             RETURNING key, epoch)
INSERT INTO attempt (key, n, tag, epoch, phase, provider, account, model, fingerprint, request, estimate,
                     payer, intent_at, settle_at, towards)
SELECT key, $2, $3::text::uuid, epoch, 'held', $4, $5, $6, $7, $8::text::jsonb, $9, $10, $11, $12, $13
  FROM row ON CONFLICT DO NOTHING RETURNING n"""

DOUBTED = """
UPDATE attempt SET phase = 'intent'
 WHERE key = $1 AND tag = $2::text::uuid AND phase = 'held' AND job_id IS NULL RETURNING n"""

# By tag, not by number: the answer that gave the number may have been lost.
NOT_SENT = """
UPDATE attempt SET phase = 'rejected', cost = 0, cost_certain = true, error = $3::text::jsonb,
       ended_at = clock_timestamp()
 WHERE key = $1 AND tag = $2::text::uuid AND phase IN ('intent', 'held') AND job_id IS NULL RETURNING n"""

RECORD = """
UPDATE attempt SET job_id = $3, job = $4::text::jsonb,
       phase = CASE WHEN phase IN ('intent', 'held') AND job_id IS NULL THEN 'running'
                    WHEN phase IN ('absent', 'written_off', 'rejected') THEN 'stray' ELSE phase END
 WHERE key = $1 AND n = $2 AND (job_id IS NULL OR job_id = $3) RETURNING phase"""

SETTLE = """
WITH own AS (UPDATE render SET lease_until = clock_timestamp() + $3
              WHERE key = $1 AND epoch = $2 AND state = 'open' RETURNING key)
UPDATE attempt a SET phase = $6, cost = coalesce($7, a.cost), cost_certain = $8, error = $9::text::jsonb,
       ended_at = CASE WHEN $6 = 'held' THEN a.ended_at ELSE clock_timestamp() END
  FROM own WHERE a.key = own.key AND a.n = $4 AND a.phase = $5 RETURNING a.phase"""

# Joined, so that the recipe's row is locked first, as by every statement that locks both. What was let go
# stays so, however late or often it is said that it was there.
DONE = """
WITH won AS (UPDATE render SET state = 'done', object = $3, facts = $4::text::jsonb, made_by = $2,
                    owner = NULL, stop = NULL, done_at = clock_timestamp()
              WHERE key = $1 AND state = 'open' AND let_go < $2 RETURNING key)
UPDATE attempt a SET phase = 'stored', cost = $5, cost_certain = $6, ended_at = clock_timestamp()
  FROM (SELECT count(*) AS won FROM won) AS outcome WHERE a.key = $1 AND a.n = $2 RETURNING outcome.won"""

# It names the attempt, so that a second click does nothing.
RESOLVE = """
UPDATE attempt SET phase = CASE WHEN job_id IS NULL THEN 'written_off' ELSE 'expired' END,
       error = coalesce(error, '{}') || jsonb_build_object('resolved_by', $3::text),
       ended_at = clock_timestamp()
 WHERE key = $1 AND n = $2 AND phase = 'held' RETURNING n"""

# Safe as EXISTS: done is final.
CLOSE = """
UPDATE attempt a SET phase = $3, cost = coalesce($4, a.cost), cost_certain = $5, ended_at = clock_timestamp()
 WHERE a.key = $1 AND a.n = $2 AND (a.phase = 'stray' OR (a.phase IN ('intent', 'held', 'running')
   AND EXISTS (SELECT 1 FROM render r WHERE r.key = a.key AND r.state = 'done'))) RETURNING a.n"""

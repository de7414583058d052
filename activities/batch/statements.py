"""The SQL of a batch's rows. Every statement stands alone, and may be sent again when its answer is lost."""

from __future__ import annotations

# What an item may still come to: most of it may be bought by now.
_LEFT = "greatest(most_usd - spent_usd, 0)"
# What an item has cost in all its runs; what is in doubt counts in full.
_LEDGER = "(SELECT coalesce(sum(coalesce(a.cost, a.estimate)), 0) FROM attempt a WHERE a.payer = b.item)"

STANDING = f"""
SELECT state, count(*) AS items, sum(spent_usd) AS spent, sum(reserved_usd) AS reserved,
       sum({_LEFT}) AS left_usd
  FROM batch_item WHERE batch = $1 GROUP BY state"""

#: The same of several batches.
STANDINGS = f"""
SELECT batch, state, count(*) AS items, sum(spent_usd) AS spent, sum(reserved_usd) AS reserved,
       sum({_LEFT}) AS left_usd
  FROM batch_item WHERE batch = ANY($1::text[]) GROUP BY batch, state"""

REOPEN = """
UPDATE batch_item SET state = 'pending', why = '', updated_at = clock_timestamp()
 WHERE batch = $1 AND state IN ('stopped', 'canceled')"""

UNDER_WAY = """
SELECT number, item, production, reserved_usd, state, coalesce(run, '') AS run, updated_at AS since
  FROM batch_item WHERE batch = $1 AND state IN ('running', 'attached') ORDER BY number"""

#: The newest of what ended in another way than whole.
NOTABLE = """
SELECT number, item, state, why FROM batch_item
 WHERE batch = $1 AND state IN ('failed', 'over_budget', 'awaiting_review', 'canceled')
 ORDER BY updated_at DESC, number LIMIT $2"""

# A workflow's history holds what is taken: at most $5 bytes at a time, though never none for its size.
TAKE = f"""
WITH next AS (
  SELECT number, sum({_LEFT}) OVER (ORDER BY number) AS usd,
         sum(octet_length(request::text)) OVER (ORDER BY number) AS bytes,
         row_number() OVER (ORDER BY number) AS n
    FROM (SELECT * FROM batch_item WHERE batch = $1 AND state = 'pending' ORDER BY number LIMIT $3) first)
UPDATE batch_item b
   SET state = 'running', taken = $2, reserved_usd = {_LEFT}, updated_at = clock_timestamp(), why = '',
       run = NULL, whole = NULL, approval = NULL, lent = false,
       before_usd = {_LEDGER} - b.spent_usd
  FROM next
 WHERE b.batch = $1 AND b.number = next.number AND b.state = 'pending'
   AND ($4::numeric IS NULL OR next.usd <= $4) AND (next.bytes <= $5 OR next.n = 1)
   AND NOT EXISTS (SELECT 1 FROM batch_item WHERE batch = $1 AND state = 'running' AND taken = $2)"""

TAKEN = """
SELECT number, item, production, reserved_usd, request::text AS request FROM batch_item
 WHERE batch = $1 AND state = 'running' AND taken = $2 ORDER BY number"""

NEXT = f"""
SELECT {_LEFT} AS usd FROM batch_item WHERE batch = $1 AND state = 'pending' ORDER BY number LIMIT 1"""

STARTED = """
UPDATE batch_item b
   SET run = coalesce(nullif(s.run, ''), b.run),
       state = CASE WHEN s.attached THEN 'attached' ELSE 'running' END,
       reserved_usd = CASE WHEN s.attached THEN 0 ELSE s.reserved_usd END, lent = s.attached
  FROM jsonb_to_recordset($2::text::jsonb) AS s(number int, run text, attached boolean, reserved_usd numeric)
 WHERE b.batch = $1 AND b.number = s.number AND b.state IN ('running', 'attached')"""

# Whatever its run says of its cost: the ledger knows. What somebody else's run made is paid by its owner.
ENDED = f"""
UPDATE batch_item b
   SET state = e.state, run = coalesce(nullif(e.run, ''), b.run),
       delivered = coalesce(e.delivered, b.delivered), whole = e.whole,
       why = coalesce(e.why, ''), reserved_usd = 0, updated_at = clock_timestamp(),
       approval = CASE WHEN e.approval = 'null'::jsonb THEN NULL ELSE e.approval END,
       spent_usd = CASE WHEN b.state = 'attached' THEN b.spent_usd
                        ELSE greatest({_LEDGER} - b.before_usd, 0) END
  FROM jsonb_to_recordset($2::text::jsonb) AS e(
         number int, run text, state text, delivered text, whole boolean, why text, approval jsonb)
 WHERE b.batch = $1 AND b.number = e.number AND b.state IN ('running', 'attached')"""

# Jobs that were cancelled or lost have ended since, at another price; those of this run of the batch, $2.
BALANCE = f"""
UPDATE batch_item b SET spent_usd = greatest({_LEDGER} - b.before_usd, 0)
 WHERE b.batch = $1 AND starts_with(b.taken, $2) AND b.state NOT IN ('pending', 'running', 'attached')
   AND NOT b.lent"""

# Taken, and never begun.
PUT_BACK = """
UPDATE batch_item SET state = 'pending', reserved_usd = 0, updated_at = clock_timestamp()
 WHERE batch = $1 AND state = 'running' AND run IS NULL AND NOT number = ANY($2::int[])"""

_CHOSEN = """
  SELECT number, item, approval FROM batch_item
   WHERE batch = $1 AND state = ANY($3::text[]) AND ($4::text = '' OR state = $4)
     AND ($5::text = '' OR position(lower($5) IN lower(item || ' ' || request::text)) > 0)
     AND (cardinality($6::text[]) = 0 OR item = ANY($6::text[]) OR number = ANY($7::int[])
          OR EXISTS (SELECT 1 FROM unnest($8::int[], $9::int[]) AS r(low, high)
                      WHERE number BETWEEN low AND high))"""

# Before another run of it begins: what is settled after that would count for nobody.
_COUNTED = f"""
       spent_usd = CASE WHEN b.lent OR NOT starts_with(b.taken, $10) THEN b.spent_usd
                        ELSE greatest({_LEDGER} - b.before_usd, 0) END"""

RETRY = f"""
WITH chosen AS ({_CHOSEN})
UPDATE batch_item b SET state = 'pending', taken = $2, updated_at = clock_timestamp(),{_COUNTED}
  FROM chosen WHERE b.batch = $1 AND b.number = chosen.number"""

# As every production's own update is written down, under its own name: asked again, it counts once.
APPROVE = f"""
WITH chosen AS ({_CHOSEN}),
edits AS (
  INSERT INTO film_edit (film, id, kind, value)
  SELECT item, $2, 'approve', approval FROM chosen WHERE approval IS NOT NULL
  ON CONFLICT (film, id) DO NOTHING)
UPDATE batch_item b SET state = 'pending', taken = $2, updated_at = clock_timestamp(),{_COUNTED}
  FROM chosen WHERE b.batch = $1 AND b.number = chosen.number"""

SELECTED = """
SELECT number, item FROM batch_item WHERE batch = $1 AND taken = $2 AND state = 'pending' ORDER BY number"""

RESULTS = """
SELECT number, lines, item, production, state, delivered, whole, price_usd, spent_usd,
       coalesce(run, '') AS run, why
  FROM batch_item
 WHERE batch = $1 AND number > $2 AND state <> 'admitting'
   AND (cardinality($4::text[]) = 0 OR state = ANY($4::text[]))
 ORDER BY number LIMIT $3"""

#: How long models worked on each, seconds.
WORKED = """
SELECT payer, sum(extract(epoch FROM ended_at - intent_at)) AS seconds
  FROM attempt WHERE payer = ANY($1::text[]) AND ended_at IS NOT NULL GROUP BY payer"""

REQUESTS = f"""
SELECT number, greatest(price_usd - spent_usd, 0) AS price_usd, {_LEFT} AS left_usd, request::text AS request
  FROM batch_item WHERE batch = $1 AND number = ANY($2::int[])"""

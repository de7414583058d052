-- What each production is made of, so that what nobody needs any more can be let go. What was paid is never
-- forgotten: attempts stay.

CREATE TABLE need (                          -- a production refers to a recipe, made or being made
  film text NOT NULL,                        -- the workflow id
  -- Whoever enters one locks the recipe's row in share mode: letting go locks it alone.
  key  text NOT NULL REFERENCES render,
  PRIMARY KEY (film, key)
);
CREATE INDEX need_key ON need (key);

CREATE TABLE deletion (                      -- a production that is being deleted: its next run waits for the end
  film  text PRIMARY KEY,
  owner text NOT NULL,
  until timestamptz NOT NULL
);

CREATE TABLE left_object (                   -- of an artifact that was let go; no artifact has this name again
  object     text PRIMARY KEY,
  bytes      bigint NOT NULL,
  film       text NOT NULL,                  -- whose deletion it was
  left_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  removed_at timestamptz                     -- when the bucket was told
);
CREATE INDEX left_object_there ON left_object (film, removed_at);
CREATE INDEX left_object_content ON left_object (split_part(object, '.', 1));

-- Attempts up to this one were let go: their facts, come late, make nothing any more.
ALTER TABLE render ADD COLUMN let_go int NOT NULL DEFAULT 0;
-- Its files were deleted; its number is never given to another.
ALTER TABLE film_cut ADD COLUMN gone boolean NOT NULL DEFAULT false;

CREATE FUNCTION objects_of(object text, facts jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(DISTINCT o) FROM (
    SELECT object AS o UNION ALL SELECT jsonb_path_query(facts, '$.parts.*.object') #>> '{}') AS named
   WHERE o IS NOT NULL
$$;
CREATE INDEX render_objects ON render USING gin (objects_of(object, facts)) WHERE state = 'done';

CREATE FUNCTION uploads_of(recipe jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT i #>> '{}'), '{}') FROM jsonb_path_query(recipe, '$.inputs.*') i
   WHERE i #>> '{}' LIKE 'uploads/%'
$$;
CREATE INDEX render_uploads ON render USING gin (uploads_of(recipe)) WHERE uploads_of(recipe) <> '{}';

-- A recipe and all that it is made of.
CREATE FUNCTION made_of(the_key text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  WITH RECURSIVE part(key) AS (
    SELECT the_key UNION
    SELECT i #>> '{}' FROM part JOIN render r ON r.key = part.key,
           LATERAL jsonb_path_query(r.recipe, '$.inputs.*') i)
  SELECT key FROM part JOIN render USING (key)
$$;

-- Workers of before enter no needs themselves: what they write tells some of them.
CREATE FUNCTION enter_needs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'attempt' THEN
      INSERT INTO need VALUES (NEW.payer, NEW.key) ON CONFLICT DO NOTHING;
    WHEN 'film_plan' THEN
      INSERT INTO need VALUES (NEW.film, NEW.plan) ON CONFLICT DO NOTHING;
    WHEN 'film_cut' THEN
      INSERT INTO need SELECT NEW.film, m FROM made_of(NEW.key) m ON CONFLICT DO NOTHING;
    WHEN 'film' THEN
      -- A fork reads the plan that it was made from each time it begins.
      INSERT INTO need SELECT NEW.id, key FROM render WHERE key = NEW.request -> 'source' ->> 'plan'
      ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END
$$;
CREATE TRIGGER enter_needs AFTER INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION enter_needs();
CREATE TRIGGER enter_needs AFTER INSERT ON film_plan FOR EACH ROW EXECUTE FUNCTION enter_needs();
CREATE TRIGGER enter_needs AFTER INSERT ON film_cut FOR EACH ROW EXECUTE FUNCTION enter_needs();
CREATE TRIGGER enter_needs AFTER INSERT OR UPDATE ON film FOR EACH ROW EXECUTE FUNCTION enter_needs();

INSERT INTO need SELECT payer, key FROM attempt ON CONFLICT DO NOTHING;
INSERT INTO need SELECT film, plan FROM film_plan ON CONFLICT DO NOTHING;
INSERT INTO need SELECT c.film, m FROM film_cut c, made_of(c.key) m ON CONFLICT DO NOTHING;
INSERT INTO need SELECT f.id, r.key FROM film f JOIN render r ON r.key = f.request -> 'source' ->> 'plan'
ON CONFLICT DO NOTHING;
INSERT INTO need
SELECT v.film, m FROM film_version v, jsonb_path_query(v.value, 'strict $.**.key') k, made_of(k #>> '{}') m
ON CONFLICT DO NOTHING;

-- Bytes of the same content are one object, of whichever recipes; so a name that was let go may be about to vanish.
CREATE FUNCTION not_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY objects_of(NEW.object, NEW.facts) LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('object:' || one, 0));
    -- A statement of its own: it sees what was written while the lock was waited for.
    IF EXISTS (SELECT 1 FROM left_object WHERE object = one) THEN
      RAISE EXCEPTION '% was let go', one USING ERRCODE = 'RLEFT';
    END IF;
  END LOOP;
  RETURN NEW;
END
$$;
CREATE TRIGGER not_let_go BEFORE UPDATE ON render FOR EACH ROW
  WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION not_let_go();

-- Of an artifact's own object, or of the part that is named.
CREATE FUNCTION bytes_of(facts jsonb, part text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((jsonb_path_query_first(
    CASE WHEN part IS NULL THEN facts
         ELSE jsonb_path_query_first(facts, '$.parts.* ? (@.object == $part)', jsonb_build_object('part', part))
    END, '$.media.bytes') #>> '{}')::bigint, 0)
$$;

-- A production gives up an artifact. Where nobody else needs it, it is made no more, and its objects that no other
-- artifact has are returned, to be removed; else why it stays.
CREATE FUNCTION let_go(the_film text, the_owner text, the_key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  mine render;
  one text;
BEGIN
  PERFORM 1 FROM deletion
    WHERE film = the_film AND owner = the_owner AND until > clock_timestamp() FOR SHARE;
  IF NOT FOUND THEN
    RETURN 'lost';
  END IF;
  SELECT * INTO mine FROM render WHERE key = the_key FOR UPDATE;
  -- From here on nobody enters a need of it until this has ended, and who did before is seen.
  IF EXISTS (SELECT 1 FROM attempt WHERE key = the_key AND phase IN ('intent', 'held', 'running', 'stray')) THEN
    RETURN 'under way';
  END IF;
  IF mine.state = 'open' AND mine.lease_until > clock_timestamp() THEN
    RETURN 'under way';
  END IF;
  DELETE FROM need WHERE film = the_film AND key = the_key;
  DELETE FROM film_plan WHERE film = the_film AND plan = the_key;
  IF EXISTS (SELECT 1 FROM need WHERE key = the_key) THEN
    RETURN 'needed';
  END IF;
  IF mine.state IS DISTINCT FROM 'done' THEN
    RETURN 'gone';
  END IF;
  UPDATE render SET state = 'open', object = NULL, facts = NULL, done_at = NULL, made_by = NULL, owner = NULL,
         stop = NULL, lease_until = '-infinity', epoch = epoch + 1, let_go = attempts
   WHERE key = the_key;
  FOREACH one IN ARRAY objects_of(mine.object, mine.facts) LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('object:' || one, 0));
    INSERT INTO left_object (object, bytes, film)
    SELECT one, bytes_of(mine.facts, CASE WHEN one <> mine.object THEN one END), the_film
     WHERE NOT EXISTS (SELECT 1 FROM render WHERE state = 'done' AND objects_of(object, facts) @> ARRAY[one])
    ON CONFLICT DO NOTHING;
  END LOOP;
  -- What a surplus attempt brought, and what says in the bucket that one was sent.
  INSERT INTO left_object (object, bytes, film)
  SELECT 'renders/' || the_key || '/' || n || suffix, 0, the_film
    FROM generate_series(1, mine.attempts) n, unnest(ARRAY['', '.sent']) suffix
  ON CONFLICT DO NOTHING;
  RETURN 'gone';
END
$$;

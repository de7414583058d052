-- What all productions together may spend a day, and how many of them may run at once: for the studio, for a user,
-- for a label, for a provider. A day is one of UTC.

CREATE TABLE cap (
  scope    text NOT NULL CHECK (scope IN ('studio', 'user', 'label', 'provider')),
  name     text NOT NULL DEFAULT '',           -- empty: for each of them that has none of its own
  kind     text NOT NULL CHECK (kind IN ('day', 'once')),
  most     numeric(12, 6) CHECK (most >= 0),   -- USD a day, or productions; NULL: a person has lifted it
  said_by  text NOT NULL CHECK (said_by IN ('settings', 'person')),
  said_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (scope, name, kind)
);

CREATE TABLE place (                           -- who runs, or waits to, while there are caps on that
  film      text PRIMARY KEY,                  -- the workflow id
  asked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at   timestamptz NOT NULL DEFAULT clock_timestamp(),  -- when it asked last
  taken_at  timestamptz,                       -- NULL: it waits
  behind    text NOT NULL DEFAULT '',          -- the cap that it waits at
  looked_at timestamptz NOT NULL DEFAULT '-infinity'         -- when somebody looked whether it still runs
);

CREATE INDEX attempt_intent_at ON attempt (intent_at);

-- The caps that bear on a production: its own before the one for each.
CREATE FUNCTION caps_on(of_kind text, the_film text, the_provider text)
RETURNS TABLE (scope text, name text, subject text, most numeric) LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (s.scope, s.subject) s.scope, c.name, s.subject, c.most
    FROM (SELECT 'studio' AS scope, '' AS subject
          UNION SELECT 'provider', the_provider WHERE the_provider IS NOT NULL
          UNION SELECT 'user', coalesce((SELECT user_name FROM made_for WHERE film = the_film), '')
          UNION SELECT 'label', unnest(labels) FROM made_for WHERE film = the_film) AS s
    JOIN cap c ON c.scope = s.scope AND c.kind = of_kind AND c.name IN ('', s.subject)
   ORDER BY s.scope, s.subject, c.name DESC
$$;

CREATE FUNCTION concerns(the_scope text, the_subject text, the_film text, the_provider text)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE the_scope
    WHEN 'studio' THEN true
    WHEN 'provider' THEN the_provider = the_subject
    WHEN 'user' THEN coalesce((SELECT user_name FROM made_for WHERE film = the_film), '') = the_subject
    ELSE EXISTS (SELECT 1 FROM made_for WHERE film = the_film AND the_subject = ANY (labels)) END
$$;

CREATE FUNCTION spent_on_day(the_scope text, the_subject text, of_day timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(coalesce(a.cost, a.estimate)), 0) FROM attempt a
   WHERE a.intent_at >= date_trunc('day', of_day AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
     AND a.intent_at < date_trunc('day', of_day AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '24 hours'
     AND concerns(the_scope, the_subject, a.payer, a.provider)
$$;

CREATE FUNCTION places_of(the_scope text, the_subject text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*) FROM place p
   WHERE p.taken_at IS NOT NULL AND concerns(the_scope, the_subject, p.film, NULL)
$$;

-- The first cap that a further submit would pass; NULL where it passes none.
CREATE FUNCTION cap_reached(payer text, provider text, usd numeric, of_day timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('scope', c.scope, 'subject', c.subject, 'kind', 'day', 'most', c.most::text,
                            'used', s.spent::text, 'needs', usd::text)
    FROM caps_on('day', payer, provider) c,
         LATERAL (SELECT spent_on_day(c.scope, c.subject, of_day) AS spent) s
   WHERE c.most IS NOT NULL AND usd > 0 AND s.spent + usd > c.most
   ORDER BY c.scope, c.subject LIMIT 1
$$;

-- Until this statement has ended, nobody else counts what these caps count. In one order, so that none waits in a
-- circle.
CREATE FUNCTION lock_caps(of_kind text, the_film text, the_provider text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one bigint;
BEGIN
  FOR one IN SELECT DISTINCT hashtextextended(of_kind || ':' || scope || ':' || subject, 0)
               FROM caps_on(of_kind, the_film, the_provider) ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(one);
  END LOOP;
END
$$;

-- In the statement that enters a submit: two workers that counted first and wrote then would both find room. A
-- statement inside sees what was written while it waited for the lock.
CREATE FUNCTION within_caps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  reached jsonb;
BEGIN
  IF NEW.phase <> 'intent' OR NOT EXISTS (SELECT 1 FROM cap WHERE kind = 'day' AND most IS NOT NULL) THEN
    RETURN NEW;
  END IF;
  -- Sent again, for its answer was lost, it is there already, and counted.
  IF EXISTS (SELECT 1 FROM attempt WHERE tag = NEW.tag) THEN
    RETURN NEW;
  END IF;
  PERFORM lock_caps('day', NEW.payer, NEW.provider);
  SELECT cap_reached(NEW.payer, NEW.provider, NEW.estimate, NEW.intent_at) INTO reached;
  IF reached IS NOT NULL THEN
    RAISE EXCEPTION 'a cap is reached' USING ERRCODE = 'RLCAP', DETAIL = reached::text;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER within_caps BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION within_caps();

-- Takes a place for a production, or keeps the one that it has; else returns the cap that is full. Who waited at the
-- same cap before, and still does, comes first.
CREATE FUNCTION take_place(the_film text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  mine place;
  reached jsonb;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cap WHERE kind = 'once' AND most IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  PERFORM lock_caps('once', the_film, NULL);
  INSERT INTO place (film) VALUES (the_film) ON CONFLICT (film) DO UPDATE SET
    asked_at = CASE WHEN place.seen_at < clock_timestamp() - interval '60 s' THEN clock_timestamp()
                    ELSE place.asked_at END,
    seen_at = clock_timestamp(),
    taken_at = CASE WHEN place.taken_at IS NOT NULL THEN clock_timestamp() END
    RETURNING * INTO mine;
  IF mine.taken_at IS NOT NULL THEN
    RETURN NULL;
  END IF;
  SELECT jsonb_build_object('scope', c.scope, 'subject', c.subject, 'kind', 'once', 'most', c.most::text,
                            'used', n.used::text, 'needs', '1')
    INTO reached
    FROM caps_on('once', the_film, NULL) c,
         LATERAL (SELECT places_of(c.scope, c.subject) AS used) n,
         LATERAL (SELECT count(*) AS before FROM place p
                   WHERE p.taken_at IS NULL AND p.behind = c.scope || ':' || c.subject
                     AND p.asked_at < mine.asked_at AND p.seen_at > clock_timestamp() - interval '60 s') w
   WHERE c.most IS NOT NULL AND n.used + w.before >= c.most
   ORDER BY c.scope, c.subject LIMIT 1;
  UPDATE place SET behind = coalesce((reached ->> 'scope') || ':' || (reached ->> 'subject'), ''),
                   taken_at = CASE WHEN reached IS NULL THEN clock_timestamp() END
   WHERE film = the_film;
  RETURN reached;
END
$$;

-- What is asked of the ledger each minute stays quick when it has a year's rows: nearly all of them are
-- closed and done, and each of these holds only the few that a question is about.

CREATE INDEX attempt_unfinished ON attempt (key) WHERE phase IN ('intent', 'held', 'running', 'stray');
CREATE INDEX attempt_without_job ON attempt (provider, account, intent_at) WHERE job_id IS NULL;
CREATE INDEX attempt_sent ON attempt (provider, account, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX render_owned ON render (owner) WHERE state = 'open' AND owner IS NOT NULL;

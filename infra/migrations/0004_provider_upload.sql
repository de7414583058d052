-- Files that were given to a provider, so that the same bytes go up once.

CREATE TABLE provider_upload (
  provider   text NOT NULL,
  account    text NOT NULL,
  sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  url        text NOT NULL CHECK (position('?' in url) = 0),  -- a query may hold a signature: those are not kept
  expires_at timestamptz NOT NULL DEFAULT 'infinity',         -- where the provider does not say, it keeps them
  made_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (provider, account, sha256)
);

-- What a film was promised of a model when it was first planned with it: other lengths or another rate would be
-- other chunks.

CREATE TABLE film_model (
  film     text NOT NULL,
  model    text NOT NULL,
  fps      int NOT NULL,                    -- of the film, which some models follow
  size     text NOT NULL,
  facts    jsonb NOT NULL,                  -- its own fps, and the lengths that it makes
  PRIMARY KEY (film, model, fps, size)
);

"""What the studio runs on: settings, the Temporal connection, PostgreSQL and its schema, logs."""

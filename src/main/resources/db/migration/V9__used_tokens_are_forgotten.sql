-- A session that is used every day lives on, and leaves a token behind with each refresh: those are found by when they were used.
ALTER TABLE refresh_token ADD KEY ix_refresh_token_used (used_at);

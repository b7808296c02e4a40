-- An Idempotency-Key belongs to its user and one operation on one thing (target). request_hash is keyed by a secret that is not the one
-- of access tokens; its first eight digits name that secret. Nodes of the release before read body_hash, which is still written.
ALTER TABLE idempotency_key
  ADD COLUMN target       CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN request_hash CHAR(72) CHARACTER SET ascii COLLATE ascii_bin NULL;

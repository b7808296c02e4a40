-- A key holds the id of its command, so it stays for ever; the answer beside it goes after a time.
ALTER TABLE idempotency_key
  ADD COLUMN answered_at DATETIME(3) NULL,
  DROP KEY ix_idempotency_key_age,
  ADD KEY ix_idempotency_key_answered (answered_at);

UPDATE idempotency_key SET answered_at = created_at WHERE status IS NOT NULL;

-- contract: nothing is taken away, a key may be longer (and is ASCII, as the contract says).
-- The Idempotency-Keys of commands that are stored in the transaction of their effect. The id is derived from the user, the operation, the path
-- and the key. Rows older than http.idempotencyRetention are deleted, here and in idempotency_key, hence the keys by age.
CREATE TABLE command_key (
  id           CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  request_hash CHAR(72)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- as in idempotency_key
  rejection    TEXT        NULL,                                           -- JSON; null: the command took effect
  created_at   DATETIME(3) NOT NULL,                                       -- real (database) time
  KEY ix_command_key_created (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

ALTER TABLE idempotency_key
  MODIFY idem_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ADD KEY ix_idempotency_key_created (created_at);

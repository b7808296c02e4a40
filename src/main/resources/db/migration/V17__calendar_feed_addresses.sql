-- The private addresses under which calendar applications fetch a user's classes without a login: at
-- most one per user. Only the SHA-256 of the token is stored, so a copy of the table opens no feed.
CREATE TABLE calendar_feed (
  user_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  token_hash CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3) NOT NULL,
  UNIQUE KEY uq_calendar_feed_token (token_hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

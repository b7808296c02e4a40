-- Accounts that exist count as verified, and so do those that nodes of the release before make during an upgrade.
ALTER TABLE user_account
  ADD COLUMN email_verified TINYINT NOT NULL DEFAULT 1;

CREATE TABLE email_verification (
  token_hash CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at DATETIME(3) NOT NULL,                                             -- real (database) time
  used_at    DATETIME(3) NULL,
  KEY ix_email_verification_user (user_id),
  KEY ix_email_verification_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- How many account mails (verification, password reset) a mailbox got, or a client address caused, within the last hour.
CREATE TABLE account_mail_limit (
  limit_key  CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- SHA-256 of the mailbox or of the client's network
  sent_at    TEXT        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,             -- instants of the mails, in milliseconds, oldest first
  expires_at DATETIME(3) NOT NULL,                                                   -- real (database) time: the row says nothing afterwards
  KEY ix_account_mail_limit_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

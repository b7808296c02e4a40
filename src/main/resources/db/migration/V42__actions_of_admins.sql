-- What admins did. Append-only: the application's database user may insert and select only.
-- Each row is written in the transaction of its action.
CREATE TABLE admin_action (
  id           CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- in the order of time
  at           DATETIME(3)  NOT NULL,                                                   -- platform time
  admin_id     CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action       VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,             -- user_disabled, review_decided, ...
  subject_type VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,             -- user, meeting, wallet, dead_letter, ...
  subject_id   VARCHAR(60)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason       VARCHAR(1000) NULL,
  state_before TEXT         NULL,                                                       -- JSON object
  state_after  TEXT         NULL,                                                       -- JSON object
  KEY ix_admin_action_admin (admin_id, id),
  KEY ix_admin_action_action (action, id),
  KEY ix_admin_action_subject (subject_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

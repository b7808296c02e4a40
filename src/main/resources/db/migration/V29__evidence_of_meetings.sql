-- What happened to a meeting and to its bookings, written with each change. Rows are only added: the application's database
-- user needs no other rights than SELECT and INSERT. Read in the order of the primary key.
CREATE TABLE evidence (
  meeting_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at         DATETIME(3) NOT NULL,
  id         CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NULL,     -- the person it concerns, null: the whole class
  booking_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  actor      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- student, teacher, admin, platform
  details    TEXT        NULL,                                           -- JSON: minutes, text, decision, studentPercent
  PRIMARY KEY (meeting_id, at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- The meeting that a notification is about, so that its evidence can say who was told of what, and who has read it.
ALTER TABLE notification
  ADD COLUMN meeting_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY ix_notification_meeting (meeting_id, user_id);

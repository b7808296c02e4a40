-- A dispute about the credits of a booking: at most one for each booking, ever. While it is undecided its credits stay in escrow.
CREATE TABLE dispute (
  id              CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  booking_id      CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  meeting_id      CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  student_id      CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  teacher_id      CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  opened_by       VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- student, teacher
  status          VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- open, answered, escalated, settled, decided
  reason          VARCHAR(1000) NOT NULL,
  student_percent INT           NOT NULL,                                       -- proposed by the one who opened it
  opened_at       DATETIME(3)   NOT NULL,
  answer_until    DATETIME(3)   NOT NULL,
  answer          TEXT          NULL,                                           -- JSON: reason, studentPercent, at
  outcome         TEXT          NULL,                                           -- JSON: how, studentPercent, note, actorId, at
  updated_at      DATETIME(3)   NOT NULL,
  UNIQUE KEY uq_dispute_booking (booking_id),
  KEY ix_dispute_meeting (meeting_id),
  KEY ix_dispute_status (status, id),
  KEY ix_dispute_student (student_id, id),
  KEY ix_dispute_teacher (teacher_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

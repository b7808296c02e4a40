-- One collation everywhere: utf8mb4_unicode_ci for what people write, ascii_bin for codes and ids.
-- Both MariaDB 10.6+ and MySQL 8.0.12+ know them. All instants are UTC DATETIME(3); all amounts are
-- BIGINT minor units. Ids are UUIDv7 strings, so rows of one table cluster by time of creation.

-- ---------------------------------------------------------------- platform
CREATE TABLE platform_clock (
  id               TINYINT     NOT NULL PRIMARY KEY,
  test_offset_ms   BIGINT      NOT NULL,             -- how far platform time is ahead of real time; only in test mode
  target_offset_ms BIGINT      NOT NULL,             -- where the last move goes
  command_id       VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL, -- which command moves it there
  mover            CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  mover_until      DATETIME(3) NULL                  -- real (database) time: until then nobody else moves it
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
INSERT INTO platform_clock (id, test_offset_ms, target_offset_ms) VALUES (1, 0, 0);

CREATE TABLE scheduled_message (
  id           CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  due_at       DATETIME(3)  NOT NULL,                -- platform time
  address      VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body         MEDIUMTEXT   NOT NULL,                -- JSON, as the address' task has it
  dedup_key    VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NULL,
  attempts     INT          NOT NULL DEFAULT 0,
  leased_until DATETIME(3)  NOT NULL,                -- real (database) time: not to be touched before
  last_error   VARCHAR(500) NULL,
  created_at   DATETIME(3)  NOT NULL,                -- real (database) time
  UNIQUE KEY uq_scheduled_message_dedup (dedup_key),
  KEY ix_scheduled_message_due (due_at, leased_until)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE dead_letter (
  id         CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  source     VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- 'schedule', 'email', 'push'
  address    VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_at     DATETIME(3)  NOT NULL,
  body       MEDIUMTEXT   NOT NULL,
  dedup_key  VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NULL,
  attempts   INT          NOT NULL,
  last_error VARCHAR(500) NULL,
  parked_at  DATETIME(3)  NOT NULL,
  KEY ix_dead_letter_parked (parked_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE idempotency_key (
  scope      CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- user id, or a hash for the anonymous
  idem_key   VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  operation  VARCHAR(60)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_hash  CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  command_id CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status     SMALLINT     NULL,
  answer     MEDIUMTEXT   NULL,
  created_at DATETIME(3)  NOT NULL,
  PRIMARY KEY (scope, idem_key),
  KEY ix_idempotency_key_age (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- ---------------------------------------------------------------- account
CREATE TABLE user_account (
  id            CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  email         VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,  -- trimmed, lower case
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name          VARCHAR(120) NOT NULL,
  role          VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- student, teacher, admin
  status        VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- active, disabled
  timezone      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  locale        VARCHAR(35)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  command_id    VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NULL,          -- the registration that made it
  created_at    DATETIME(3)  NOT NULL,
  updated_at    DATETIME(3)  NOT NULL,
  UNIQUE KEY uq_user_account_email (email),
  KEY ix_user_account_directory (role, status, name, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE session (
  id         CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- the refresh family
  user_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  ended_at   DATETIME(3) NULL,
  end_reason VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- logout, reuse, password, disabled
  KEY ix_session_user (user_id),
  KEY ix_session_ended (ended_at),
  KEY ix_session_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE refresh_token (
  token_hash CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issued_at  DATETIME(3) NOT NULL,
  used_at    DATETIME(3) NULL,
  KEY ix_refresh_token_session (session_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE password_reset (
  token_hash CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  used_at    DATETIME(3) NULL,
  KEY ix_password_reset_user (user_id),
  KEY ix_password_reset_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- ---------------------------------------------------------------- wallet
-- Accounts: 'wallet:{userId}' and 'escrow:{meetingId}' are guarded (balance >= 0) and hold a stored balance;
-- 'fees', 'clearing:{provider}' and 'opening' are unguarded, their balance is the sum of their entries (they would be hot rows).
CREATE TABLE ledger_account (
  id       VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  kind     VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- wallet, escrow
  owner_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- user or meeting
  balance  BIGINT      NOT NULL,
  held     BIGINT      NOT NULL,                                       -- wallets: sum of the student's unresolved holds
  CONSTRAINT ck_ledger_account_balance CHECK (balance >= 0),
  CONSTRAINT ck_ledger_account_held CHECK (held >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE ledger_transaction (
  id         CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  command_id VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- deposit, booking, move, refund, release, settlement, adjustment; refused (no entries)
  at         DATETIME(3)  NOT NULL,
  meeting_id CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  booking_id CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  actor_id   CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,     -- who asked for it, null: the platform by rule
  rule       VARCHAR(60)  CHARACTER SET ascii COLLATE ascii_bin NULL,     -- which rule decided the amounts
  note       VARCHAR(500) NULL,                                           -- the meeting's title, an admin's reason
  amount     BIGINT       NOT NULL,                                       -- what it was about in all; a refund is a part of it
  input_hash CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- same command id, other input: refused
  balance_after BIGINT    NULL,                                           -- of the wallet, as the command was answered
  UNIQUE KEY uq_ledger_transaction_command (command_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE ledger_entry (
  seq            BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id     VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transaction_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount         BIGINT      NOT NULL,       -- signed: plus is into the account
  balance_after  BIGINT      NULL,           -- null for accounts without a stored balance
  KEY ix_ledger_entry_account (account_id, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- Money that waits in a meeting's escrow for one booking: held, then resolved once, as settled or returned.
-- 'void' was given up before it was taken, so that a hold that comes late is refused.
CREATE TABLE ledger_hold (
  booking_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  meeting_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  student_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount     BIGINT      NOT NULL,
  state      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL  -- held, settled, returned, void
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- ---------------------------------------------------------------- booking
CREATE TABLE meeting (
  id               CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  teacher_id       CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  series_id        CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  title            VARCHAR(200) NOT NULL,
  starts_at        DATETIME(3)  NOT NULL,
  ends_at          DATETIME(3)  NOT NULL,
  duration_minutes INT          NOT NULL,
  capacity         INT          NOT NULL,
  seats_taken      INT          NOT NULL,
  price            BIGINT       NOT NULL,
  status           VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- scheduled, open, closed, cancelled, expired
  room             VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- unguessable
  opened_at        DATETIME(3)  NULL,
  closed_at        DATETIME(3)  NULL,
  cancelled_at     DATETIME(3)  NULL,
  cancel_reason    VARCHAR(500) NULL,
  review_state     VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- none, needed, decided
  review_reasons   TEXT         NULL,                                           -- JSON list
  review_decision  TEXT         NULL,                                           -- JSON
  sequence         INT          NOT NULL,                                       -- RFC 5545 SEQUENCE, rises on change
  created_at       DATETIME(3)  NOT NULL,
  updated_at       DATETIME(3)  NOT NULL,
  CONSTRAINT ck_meeting_seats CHECK (seats_taken >= 0 AND seats_taken <= capacity),
  KEY ix_meeting_search (starts_at, id),            -- what starts from now on is nearly all bookable
  KEY ix_meeting_teacher (teacher_id, starts_at, id),
  KEY ix_meeting_review (review_state, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE slot_series (
  id              CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  teacher_id      CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rrule           VARCHAR(500) NOT NULL,
  first_starts_at VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- local wall time
  timezone        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  answer          MEDIUMTEXT   NOT NULL,                                        -- JSON: what was answered first
  created_at      DATETIME(3)  NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE meeting_participant (
  id            CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- the booking's id
  meeting_id    CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  student_id    CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  teacher_id    CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the meeting's
  status        VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- pending, confirmed, completed, cancelled, rejected
  live          TINYINT      NULL,                    -- 1 while pending, confirmed or completed, else NULL
  reason        VARCHAR(500) NULL,
  price         BIGINT       NOT NULL,                -- frozen
  policy        TEXT         NOT NULL,                -- JSON, frozen: tiers, fee
  starts_at     DATETIME(3)  NOT NULL,                -- copies of the meeting's, for the overlap rule
  ends_at       DATETIME(3)  NOT NULL,
  attendance    VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- unknown, present, absent
  money         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- asked, held, settling, settled, voiding, none
  settlement    TEXT         NULL,                    -- JSON: student, teacher, fee, rule; decided once, then posted
  cancelled_by  VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NULL,     -- student, teacher, admin
  created_at    DATETIME(3)  NOT NULL,
  updated_at    DATETIME(3)  NOT NULL,
  sequence      INT          NOT NULL,                -- RFC 5545 SEQUENCE, rises on change
  moving_to     CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,     -- the meeting where a move holds a seat while its money is on its way
  move          TEXT         NULL,                    -- JSON: the last move, under way while moving_to is there
  UNIQUE KEY uq_meeting_participant_live (meeting_id, student_id, live),
  KEY ix_meeting_participant_student (student_id, live, starts_at, ends_at),
  KEY ix_meeting_participant_list (student_id, created_at, id),
  KEY ix_meeting_participant_teacher (teacher_id, created_at, id),
  KEY ix_meeting_participant_moving (moving_to)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- The row that serializes what one person does in time: overlap rules are decided while it is locked.
CREATE TABLE agenda (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE attendance (
  id         CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  meeting_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  joined_at  DATETIME(3) NOT NULL,
  left_at    DATETIME(3) NULL,
  KEY ix_attendance_meeting (meeting_id, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- ---------------------------------------------------------------- notification
CREATE TABLE inbox (
  user_id  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  last_seq BIGINT   NOT NULL,
  unread   BIGINT   NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE notification (
  user_id    CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq        BIGINT       NOT NULL,
  id         CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cause      VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title      VARCHAR(300) NOT NULL,
  text       TEXT         NOT NULL,
  data       TEXT         NOT NULL,
  created_at DATETIME(3)  NOT NULL,
  read_at    DATETIME(3)  NULL,
  PRIMARY KEY (user_id, seq),
  UNIQUE KEY uq_notification_cause (user_id, cause),
  UNIQUE KEY uq_notification_id (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE delivery (
  id              CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  channel         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- email, push
  user_id         CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  notification_id CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,     -- null for mails that are no notification (password reset)
  device_id       CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,     -- push: which of the user's devices
  content         MEDIUMTEXT   NULL,                                           -- JSON, only where there is no notification
  attempts        INT          NOT NULL,
  next_at         DATETIME(3)  NOT NULL,                                       -- real (database) time
  leased_until    DATETIME(3)  NOT NULL,                                       -- real (database) time: somebody sends it until then
  last_error      VARCHAR(500) NULL,
  created_at      DATETIME(3)  NOT NULL,
  KEY ix_delivery_next (next_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE notification_preference (
  user_id CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind    VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enabled TINYINT     NOT NULL,
  PRIMARY KEY (user_id, kind, channel)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE device (
  id         CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id    CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform   VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- android, ios, web
  token      VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3)  NOT NULL,
  UNIQUE KEY uq_device_token (token),
  KEY ix_device_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE dev_mail (
  id          CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  recipient   VARCHAR(254) NOT NULL,
  subject     VARCHAR(500) NOT NULL,
  text        MEDIUMTEXT   NULL,
  html        MEDIUMTEXT   NULL,
  headers     MEDIUMTEXT   NOT NULL,   -- JSON
  received_at DATETIME(3)  NOT NULL,
  KEY ix_dev_mail_recipient (recipient, received_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

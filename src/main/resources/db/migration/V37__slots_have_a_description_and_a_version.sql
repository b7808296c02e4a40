-- What a class is about. The version rises with each change of the row, so that readers of live messages can tell which is newer.
ALTER TABLE meeting
  ADD COLUMN description VARCHAR(2000) NULL,
  ADD COLUMN subject     VARCHAR(60)   NULL,                                             -- compared without regard to case
  ADD COLUMN language    VARCHAR(35)   CHARACTER SET ascii COLLATE ascii_bin NULL,       -- BCP 47
  ADD COLUMN version     BIGINT        NOT NULL DEFAULT 0,
  ADD KEY ix_meeting_subject (subject, starts_at, id);

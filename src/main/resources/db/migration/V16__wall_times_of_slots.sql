-- The wall time of a slot in its teacher's zone when it was created, and the version of the time zone
-- rules by which it became an instant. Where governments change the rules later, the slots whose wall
-- time is no longer the same are found by this.
CREATE TABLE slot_wall_time (
  meeting_id      CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  timezone        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  local_starts_at DATETIME(3) NOT NULL,                -- without offset
  given_as        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- local (series), instant
  zone_rules      VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- such as 2026f
  KEY ix_slot_wall_time_rules (zone_rules)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

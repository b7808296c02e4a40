-- In test mode every node writes down here how far its clock has come, so that who moves the test
-- clock knows when all have followed, whatever became of the message that told them.
CREATE TABLE platform_clock_node (
  node      CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  offset_ms BIGINT      NOT NULL,   -- as platform_clock.test_offset_ms
  seen_at   DATETIME(3) NOT NULL    -- real (database) time
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- Webhooks, as they were received and verified.
CREATE TABLE provider_event (
  provider     VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_id     VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type         VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account      VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- connected account, if it is not our own
  body         MEDIUMTEXT   NOT NULL,
  received_at  DATETIME(3)  NOT NULL,
  processed_at DATETIME(3)  NULL,
  PRIMARY KEY (provider, event_id),
  KEY ix_provider_event_age (received_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

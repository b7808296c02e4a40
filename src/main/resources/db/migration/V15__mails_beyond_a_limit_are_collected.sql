-- How many notifications were mailed to a recipient in the current period, and the digest that collects those beyond the limit.
CREATE TABLE mail_period (
  user_id      CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  ends_at      DATETIME(3) NOT NULL,                                       -- real (database) time: end of the period
  mails        INT         NOT NULL,                                       -- notifications mailed in the period
  rejections   INT         NOT NULL,                                       -- those of them about rejected bookings
  digest_id    CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NULL,     -- the delivery that is being collected; null: none
  digest_items INT         NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE mail_digest_item (
  digest_id       CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the delivery
  notification_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (digest_id, notification_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- Refunds that admins ask for. The row is there before the provider is asked, and its id is the idempotency key.
CREATE TABLE card_refund (
  id           CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  command_id   VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  purchase_id  CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount       BIGINT       NOT NULL,                                        -- credits
  money        BIGINT       NOT NULL,
  reason       VARCHAR(500) NOT NULL,
  admin_id     CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status       VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- requested, sent, succeeded, failed
  provider_ref VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  error        VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NULL,      -- the provider's code
  sent_at      DATETIME(3)  NULL,                                            -- real time of the first attempt
  created_at   DATETIME(3)  NOT NULL,
  UNIQUE KEY uq_card_refund_command (command_id),
  KEY ix_card_refund_purchase (purchase_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- Withdrawals of credits. 'reserving' and 'refused' are not shown to users. The ledger column says where the credits are,
-- as far as the ledger has confirmed it; a withdrawal whose status is ahead of it has a posting to come.
CREATE TABLE withdrawal (
  id              CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id         CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount          BIGINT        NOT NULL,                                     -- minor units of credits
  provider        VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- stripe, paypal, manual
  destination     VARCHAR(1000) NOT NULL,                                     -- frozen
  currency        CHAR(3)       CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pay_value       VARCHAR(30)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- decimal number in whole units of the currency
  status          VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- reserving, refused, requested, approved, sending, paid, failed, returned, rejected, cancelled
  ledger          VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- unreserved, payable, paid, returned
  first_approver  CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NULL,
  second_approver CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NULL,
  rejector        CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NULL,
  reference       VARCHAR(200)  NULL,                                         -- the provider's id of the payment, or an admin's reference
  provider_status VARCHAR(60)   CHARACTER SET ascii COLLATE ascii_bin NULL,
  sent_at         DATETIME(3)   NULL,                                         -- platform time of the first attempt
  look_at         DATETIME(3)   NULL,                                         -- platform time: ask the provider then
  returned        BIGINT        NOT NULL,                                     -- part of a paid withdrawal that came back
  reason          VARCHAR(500)  NULL,
  created_at      DATETIME(3)   NOT NULL,
  updated_at      DATETIME(3)   NOT NULL,
  CONSTRAINT ck_withdrawal_amount CHECK (amount > 0 AND returned >= 0 AND returned <= amount),
  KEY ix_withdrawal_user (user_id, created_at, id),
  KEY ix_withdrawal_list (created_at, id),
  KEY ix_withdrawal_status (status, created_at, id),
  KEY ix_withdrawal_look (look_at),
  KEY ix_withdrawal_reference (reference)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- Where a user's withdrawals go by default, one row per provider.
CREATE TABLE payout_account (
  user_id     CHAR(36)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  provider    VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  destination VARCHAR(1000) NOT NULL,
  updated_at  DATETIME(3)   NOT NULL,
  PRIMARY KEY (user_id, provider)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

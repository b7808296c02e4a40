-- What a wallet's owner owes after a refund or chargeback took more than the wallet held. Older nodes leave it as it is.
ALTER TABLE ledger_account ADD COLUMN receivable BIGINT NOT NULL DEFAULT 0;

-- ---------------------------------------------------------------- payment
-- Money columns are minor units of the currency (ISO 4217), credits are 1/100 credit.
CREATE TABLE purchase (
  id           CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  command_id   VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- of the request that made it
  user_id      CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  provider     VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- stripe, paypal
  amount       BIGINT       NOT NULL,                                        -- credits
  price        BIGINT       NOT NULL,
  currency     CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- pending, paid, failed, expired, cancelled
  attempt      INT          NOT NULL,                                        -- counts the provider's idempotency keys that were used
  checkout_ref VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,      -- Checkout Session, order
  payment_ref  VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,      -- PaymentIntent, capture
  checkout_url TEXT         NULL,
  expires_at   DATETIME(3)  NOT NULL,                                        -- platform time
  checked_at   DATETIME(3)  NOT NULL,                                        -- real time of the last question to the provider
  created_at   DATETIME(3)  NOT NULL,
  credited_at  DATETIME(3)  NULL,                                            -- when the wallet had posted the credits
  refunded     BIGINT       NOT NULL,                                        -- money
  charged_back BIGINT       NOT NULL,                                        -- money
  returned     BIGINT       NOT NULL,                                        -- credits that reversals took
  CONSTRAINT ck_purchase_returned CHECK (returned >= 0 AND returned <= amount),
  UNIQUE KEY uq_purchase_command (command_id),
  KEY ix_purchase_user (user_id, id),
  KEY ix_purchase_checkout (checkout_ref),
  KEY ix_purchase_payment (payment_ref)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- A movement of money at a provider and the command of the ledger that posts it. Money that fits no purchase has
-- kind 'suspense' and, if one is known, the purchase that it was meant for.
CREATE TABLE payment_leg (
  command_id  VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  purchase_id CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  provider    VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind        VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- credit, card_refund, card_refund_failed, chargeback, chargeback_reversed, suspense
  ref         VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- the provider's object
  money       BIGINT       NOT NULL,                                        -- signed: plus arrived
  currency    VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credits     BIGINT       NOT NULL,                                        -- signed: plus for the user, or into suspense
  loss        BIGINT       NOT NULL,                                        -- credits that the platform bears
  reason      VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NULL,      -- of suspense
  created_at  DATETIME(3)  NOT NULL,
  posted_at   DATETIME(3)  NULL,
  KEY ix_payment_leg_purchase (purchase_id),
  KEY ix_payment_leg_kind (kind, created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- When all invariants were checked last, and with what result. At most one row.
CREATE TABLE books_proof (
  id         TINYINT     NOT NULL PRIMARY KEY,   -- always 1
  checked_at DATETIME(3) NOT NULL,               -- platform time
  ok         TINYINT     NOT NULL,
  violations INT         NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

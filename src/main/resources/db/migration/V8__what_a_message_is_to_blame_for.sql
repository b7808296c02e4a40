-- Only a message's own failures lead to the dead letters. That it was tried is counted in attempts; answers that say "not
-- now", and none at all, are attempts and no failures.
ALTER TABLE scheduled_message
  ADD COLUMN failures         INT         NOT NULL DEFAULT 0, -- deliveries that failed by its fault, or that no node survived
  ADD COLUMN unanswered_since DATETIME(3) NULL;               -- real (database) time: nobody has answered for it since

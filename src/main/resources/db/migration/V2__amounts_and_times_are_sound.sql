-- What the code never writes, the tables refuse too. MySQL enforces CHECK from 8.0.16 on; older ones read and ignore it.
ALTER TABLE meeting
  ADD CONSTRAINT ck_meeting_price CHECK (price >= 0),
  ADD CONSTRAINT ck_meeting_times CHECK (duration_minutes > 0 AND ends_at > starts_at);
ALTER TABLE meeting_participant
  ADD CONSTRAINT ck_meeting_participant_price CHECK (price >= 0);
ALTER TABLE ledger_hold
  ADD CONSTRAINT ck_ledger_hold_amount CHECK (amount >= 0);

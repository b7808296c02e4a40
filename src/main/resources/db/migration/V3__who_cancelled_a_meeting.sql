-- Who cancelled a meeting is told to those too whose move into it ends afterwards. Null: not cancelled, or before this was kept.
ALTER TABLE meeting
  ADD COLUMN cancelled_by VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL; -- teacher, admin

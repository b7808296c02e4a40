-- contract: nothing is taken away, a text may be longer. More than 862 who did not come did not fit, and their class never closed.
ALTER TABLE meeting
  MODIFY review_reasons MEDIUMTEXT NULL; -- JSON list

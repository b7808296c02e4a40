-- The ledger explorer shows all entries of a transaction.
ALTER TABLE ledger_entry ADD KEY ix_ledger_entry_transaction (transaction_id);

/**
 * Transactions, group commit and access to the database from virtual threads. Start with {@link
 * io.classbell.platform.db.Database}.
 */
@NullMarked
package io.classbell.platform.db;

import org.jspecify.annotations.NullMarked;

/**
 * Invariants as SQL statements, and the results of checking them. Start with {@link
 * io.classbell.platform.audit.InvariantCheck}.
 */
@NullMarked
package io.classbell.platform.audit;

import org.jspecify.annotations.NullMarked;

/**
 * Invariants as SQL statements, and what they found. Start with {@link
 * io.classbell.platform.audit.InvariantCheck}.
 */
@NullMarked
package io.classbell.platform.audit;

import org.jspecify.annotations.NullMarked;

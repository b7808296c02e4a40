/**
 * Execution of POST requests that carry an {@code Idempotency-Key}. Start with {@link
 * io.classbell.http.idempotency.IdempotentExecution}.
 */
@NullMarked
package io.classbell.http.idempotency;

import org.jspecify.annotations.NullMarked;

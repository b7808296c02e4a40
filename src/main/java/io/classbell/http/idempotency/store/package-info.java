/** The SQL of idempotency keys. It serves the table {@code idempotency_key}. */
@NullMarked
package io.classbell.http.idempotency.store;

import org.jspecify.annotations.NullMarked;

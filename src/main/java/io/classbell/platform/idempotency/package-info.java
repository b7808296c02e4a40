/**
 * Idempotency keys that are stored in the transaction of a command's effect. Start with {@link
 * io.classbell.platform.idempotency.CommandKeys}.
 */
@NullMarked
package io.classbell.platform.idempotency;

import org.jspecify.annotations.NullMarked;

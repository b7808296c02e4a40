package io.classbell.platform.bus;

import io.classbell.platform.failure.Rejection;
import org.jspecify.annotations.Nullable;

/** The envelope of every reply: either the result or the rejection is set. */
record Reply<A>(@Nullable A done, @Nullable Rejection refused) {}

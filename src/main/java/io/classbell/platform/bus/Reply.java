package io.classbell.platform.bus;

import io.classbell.platform.failure.Rejection;
import org.jspecify.annotations.Nullable;

/** The envelope of every answer: what was done, or the definite no. */
record Reply<A>(@Nullable A done, @Nullable Rejection refused) {}

package io.classbell.platform.bus;

import org.jspecify.annotations.Nullable;

/** The envelope of every answer: what was done, or the definite no. */
record Reply<A>(@Nullable A done, @Nullable Failure refused) {}

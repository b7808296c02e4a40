package io.classbell.platform.bus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Part of a list, and where to go on; {@code nextCursor} is null at the end. */
public record Page<T>(List<T> items, @Nullable String nextCursor) {}

/**
 * The typed event bus: operations, events, tasks and the one codec. Start with {@link
 * io.classbell.platform.bus.Bus}.
 */
@NullMarked
package io.classbell.platform.bus;

import org.jspecify.annotations.NullMarked;

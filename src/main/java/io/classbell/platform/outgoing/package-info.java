/**
 * HTTP requests to providers and to addresses that users give. Start with {@link
 * io.classbell.platform.outgoing.OutgoingClient}.
 */
@NullMarked
package io.classbell.platform.outgoing;

import org.jspecify.annotations.NullMarked;

/**
 * The transactional outbox: messages that are stored with a change and delivered later. Start with
 * {@link io.classbell.platform.outbox.Outbox}.
 */
@NullMarked
package io.classbell.platform.outbox;

import org.jspecify.annotations.NullMarked;

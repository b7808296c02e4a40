/**
 * Decisions of admins about meetings that somebody missed. Start with {@link
 * io.classbell.booking.review.Reviews}.
 */
@NullMarked
package io.classbell.booking.review;

import org.jspecify.annotations.NullMarked;

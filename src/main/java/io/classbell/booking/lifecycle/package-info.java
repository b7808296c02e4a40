/**
 * The milestones of a meeting: reminders, opening, start, closing and release of the money. Start
 * with {@link io.classbell.booking.lifecycle.MeetingLifecycle}, which decides; {@link
 * io.classbell.booking.lifecycle.MilestoneHandler} loads and writes.
 */
@NullMarked
package io.classbell.booking.lifecycle;

import org.jspecify.annotations.NullMarked;

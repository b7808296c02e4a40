/**
 * Delivery of due messages of the outbox. {@link io.classbell.schedule.ScheduleVerticle} wires the
 * parts.
 */
@NullMarked
package io.classbell.schedule;

import org.jspecify.annotations.NullMarked;

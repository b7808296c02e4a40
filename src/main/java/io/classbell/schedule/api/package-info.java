/**
 * The interface of the schedule module for other modules. Start with {@link
 * io.classbell.schedule.api.ScheduleApi}.
 */
@NullMarked
package io.classbell.schedule.api;

import org.jspecify.annotations.NullMarked;

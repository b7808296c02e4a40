/**
 * What other modules may use of the schedule module. Start with {@link
 * io.classbell.schedule.api.ScheduleApi}.
 */
@NullMarked
package io.classbell.schedule.api;

import org.jspecify.annotations.NullMarked;

/**
 * The test clock, which moves the time of all nodes. Start with {@link
 * io.classbell.schedule.clock.TestClock}.
 */
@NullMarked
package io.classbell.schedule.clock;

import org.jspecify.annotations.NullMarked;

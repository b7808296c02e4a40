/** All SQL of the schedule module. Each class serves one table. */
@NullMarked
package io.classbell.schedule.store;

import org.jspecify.annotations.NullMarked;

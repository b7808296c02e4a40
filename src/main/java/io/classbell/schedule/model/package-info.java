/**
 * Values of the module, without Vert.x and SQL. Start with {@link
 * io.classbell.schedule.model.LeasedMessage}.
 */
@NullMarked
package io.classbell.schedule.model;

import org.jspecify.annotations.NullMarked;

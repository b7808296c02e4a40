/**
 * Domain types of the notification module, without Vert.x and SQL. Start with {@link
 * io.classbell.notification.model.Notice}.
 */
@NullMarked
package io.classbell.notification.model;

import org.jspecify.annotations.NullMarked;

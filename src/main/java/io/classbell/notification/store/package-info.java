/** All SQL of the notification module. Each class serves one table or one group of tables. */
@NullMarked
package io.classbell.notification.store;

import org.jspecify.annotations.NullMarked;

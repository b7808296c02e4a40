/**
 * Messages that failed too often, shown to admins and replayed by them. Start with {@link
 * io.classbell.schedule.deadletter.DeadLetters}.
 */
@NullMarked
package io.classbell.schedule.deadletter;

import org.jspecify.annotations.NullMarked;

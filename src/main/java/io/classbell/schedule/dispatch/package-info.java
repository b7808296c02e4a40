/**
 * Polling, leasing and delivery of due messages. Start with {@link
 * io.classbell.schedule.dispatch.DuePoller}, then {@link
 * io.classbell.schedule.dispatch.Dispatcher}.
 */
@NullMarked
package io.classbell.schedule.dispatch;

import org.jspecify.annotations.NullMarked;

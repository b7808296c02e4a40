/**
 * The private addresses of calendar feeds. Start with {@link
 * io.classbell.account.feed.CalendarFeeds}.
 */
@NullMarked
package io.classbell.account.feed;

import org.jspecify.annotations.NullMarked;

/**
 * The time-zone rules that come with the platform (IANA tz database). Start with {@link
 * io.classbell.platform.zones.TimeZoneRules}.
 */
@NullMarked
package io.classbell.platform.zones;

import org.jspecify.annotations.NullMarked;

/**
 * The rules of time zones, from the IANA time zone database rather than from the JDK that runs.
 * They replace the JDK's for everything in {@code java.time}.
 */
@org.jspecify.annotations.NullMarked
package io.classbell.platform.zones;

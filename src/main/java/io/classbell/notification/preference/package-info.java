/**
 * The channels and devices by which users want to be reached. Start with {@link
 * io.classbell.notification.preference.PreferenceOperations}.
 */
@NullMarked
package io.classbell.notification.preference;

import org.jspecify.annotations.NullMarked;

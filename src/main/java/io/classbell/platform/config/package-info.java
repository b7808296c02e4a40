/**
 * Typed settings: Java records read from JSON files and environment variables, checked as a whole
 * before anything starts. Start with {@link io.classbell.platform.config.SettingsReader}.
 */
@NullMarked
package io.classbell.platform.config;

import org.jspecify.annotations.NullMarked;

/**
 * Typed settings: Java records read from JSON files and environment variables, checked as a whole
 * before anything starts.
 */
@NullMarked
package io.classbell.platform.config;

import org.jspecify.annotations.NullMarked;

/**
 * Start and stop of a node: command line, settings, connections to servers, roles. Start with
 * {@link io.classbell.boot.Platform}.
 */
@NullMarked
package io.classbell.boot;

import org.jspecify.annotations.NullMarked;

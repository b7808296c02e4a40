/** Liveness and readiness of a node. Start with {@link io.classbell.platform.health.Health}. */
@NullMarked
package io.classbell.platform.health;

import org.jspecify.annotations.NullMarked;

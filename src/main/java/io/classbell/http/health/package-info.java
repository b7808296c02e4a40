/** The public health checks. Start with {@link io.classbell.http.health.HealthRoutes}. */
@NullMarked
package io.classbell.http.health;

import org.jspecify.annotations.NullMarked;

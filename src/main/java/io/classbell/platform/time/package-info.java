/** The platform clock. Start with {@link io.classbell.platform.time.PlatformClock}. */
@NullMarked
package io.classbell.platform.time;

import org.jspecify.annotations.NullMarked;

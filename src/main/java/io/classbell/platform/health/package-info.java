/** Whether a node works, and whether it wants requests. */
@NullMarked
package io.classbell.platform.health;

import org.jspecify.annotations.NullMarked;

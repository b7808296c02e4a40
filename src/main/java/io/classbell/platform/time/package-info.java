@NullMarked
package io.classbell.platform.time;

import org.jspecify.annotations.NullMarked;

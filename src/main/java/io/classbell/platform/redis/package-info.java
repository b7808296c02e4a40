@NullMarked
package io.classbell.platform.redis;

import org.jspecify.annotations.NullMarked;

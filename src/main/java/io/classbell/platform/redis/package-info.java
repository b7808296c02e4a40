/** The connection to Redis. Start with {@link io.classbell.platform.redis.RedisStore}. */
@NullMarked
package io.classbell.platform.redis;

import org.jspecify.annotations.NullMarked;

/**
 * Records as JSON, the same on the bus and in the database. Start with {@link
 * io.classbell.platform.json.Json}.
 */
@NullMarked
package io.classbell.platform.json;

import org.jspecify.annotations.NullMarked;

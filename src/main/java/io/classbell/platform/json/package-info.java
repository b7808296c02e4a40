/**
 * Conversion of records to JSON, for the bus and the database. Start with {@link
 * io.classbell.platform.json.Json}.
 */
@NullMarked
package io.classbell.platform.json;

import org.jspecify.annotations.NullMarked;

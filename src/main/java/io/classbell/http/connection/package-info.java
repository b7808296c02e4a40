/**
 * Deadlines, limits and certificates of connections. Start with {@link
 * io.classbell.http.connection.ConnectionWatch}.
 */
@NullMarked
package io.classbell.http.connection;

import org.jspecify.annotations.NullMarked;

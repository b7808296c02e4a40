/**
 * Headers that describe a response: entity tags, compression and what all responses share. Start
 * with {@link io.classbell.http.representation.Representation}.
 */
@NullMarked
package io.classbell.http.representation;

import org.jspecify.annotations.NullMarked;

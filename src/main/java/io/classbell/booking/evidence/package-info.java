/**
 * The evidence of meetings: one timeline of what happened and who was told. Start with {@link
 * io.classbell.booking.evidence.EvidenceQueries}.
 */
@NullMarked
package io.classbell.booking.evidence;

import org.jspecify.annotations.NullMarked;

/**
 * Problem documents (RFC 9457) and the one class that writes them. Start with {@link
 * io.classbell.http.problem.ProblemWriter}.
 */
@NullMarked
package io.classbell.http.problem;

import org.jspecify.annotations.NullMarked;

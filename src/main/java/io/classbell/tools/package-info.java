/**
 * Command-line programs: the demo, the benchmark, the audit and the embedded servers. Each script
 * in {@code scripts/} starts one of them.
 */
@NullMarked
package io.classbell.tools;

import org.jspecify.annotations.NullMarked;

/** Commands that drive or check a platform from outside: the demo, the benchmark, the audit. */
@NullMarked
package io.classbell.tools;

import org.jspecify.annotations.NullMarked;

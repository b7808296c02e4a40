/** Takes guards out of a copy of the source, one at a time, and sees whether a test goes red. */
@NullMarked
package io.classbell.mutations;

import org.jspecify.annotations.NullMarked;

/** Classbell: live, paid classes on the Vert.x event bus. */
@NullMarked
package io.classbell;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.classbell.booking;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.classbell.schedule;

import org.jspecify.annotations.NullMarked;

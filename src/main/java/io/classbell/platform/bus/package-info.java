@NullMarked
package io.classbell.platform.bus;

import org.jspecify.annotations.NullMarked;

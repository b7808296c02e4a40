@NullMarked
package io.classbell.platform.log;

import org.jspecify.annotations.NullMarked;

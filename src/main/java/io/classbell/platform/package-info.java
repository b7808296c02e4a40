@NullMarked
package io.classbell.platform;

import org.jspecify.annotations.NullMarked;

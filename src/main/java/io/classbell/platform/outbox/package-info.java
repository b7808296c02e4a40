@NullMarked
package io.classbell.platform.outbox;

import org.jspecify.annotations.NullMarked;

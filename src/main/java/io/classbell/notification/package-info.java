@NullMarked
package io.classbell.notification;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.classbell.platform.audit;

import org.jspecify.annotations.NullMarked;

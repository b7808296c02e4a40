@NullMarked
package io.classbell.platform.db;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.classbell.wallet;

import org.jspecify.annotations.NullMarked;

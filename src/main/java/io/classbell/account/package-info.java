@NullMarked
package io.classbell.account;

import org.jspecify.annotations.NullMarked;

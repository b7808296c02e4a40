@NullMarked
package io.classbell.http;

import org.jspecify.annotations.NullMarked;

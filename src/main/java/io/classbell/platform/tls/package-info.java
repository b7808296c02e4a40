/** Certificates: of ours, shown to others, and of others, checked by us. */
@NullMarked
package io.classbell.platform.tls;

import org.jspecify.annotations.NullMarked;

/**
 * Certificates that a node shows and certificates that it verifies. Start with {@link
 * io.classbell.platform.tls.Pem}.
 */
@NullMarked
package io.classbell.platform.tls;

import org.jspecify.annotations.NullMarked;

/**
 * The certificates that a node presents and the certificates that it verifies. Start with {@link
 * io.classbell.platform.tls.Pem}.
 */
@NullMarked
package io.classbell.platform.tls;

import org.jspecify.annotations.NullMarked;

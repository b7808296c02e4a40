/**
 * The platform's HTTP side: REST routes by contract, problem documents, identity, the SockJS bridge
 * and the few pages. It holds no state of its own that matters; everything is asked of the modules.
 */
@NullMarked
package io.classbell.http;

import org.jspecify.annotations.NullMarked;

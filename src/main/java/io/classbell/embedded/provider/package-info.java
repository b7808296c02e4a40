/**
 * Fake payment providers of test mode: HTTP servers that behave as the documents of Stripe and
 * PayPal say, with a checkout page for browsers and faults on request. Start with {@link
 * io.classbell.embedded.provider.FakeProviders}.
 */
@NullMarked
package io.classbell.embedded.provider;

import org.jspecify.annotations.NullMarked;

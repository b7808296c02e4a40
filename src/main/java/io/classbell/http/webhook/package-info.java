/** Webhooks of providers, which never pass the JSON rules of the API. */
@NullMarked
package io.classbell.http.webhook;

import org.jspecify.annotations.NullMarked;

/**
 * The OpenAPI document, and the tables that are derived from it. Start with {@link
 * io.classbell.http.contract.Contract}.
 */
@NullMarked
package io.classbell.http.contract;

import org.jspecify.annotations.NullMarked;

/**
 * Strict JSON and the rules of the contract for parameters and bodies. Start with {@link
 * io.classbell.http.validation.RequestRules}.
 */
@NullMarked
package io.classbell.http.validation;

import org.jspecify.annotations.NullMarked;

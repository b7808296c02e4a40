/**
 * The interface of the wallet module for other modules: commands, queries and settings. Start with
 * {@link io.classbell.wallet.api.WalletApi}.
 */
@NullMarked
package io.classbell.wallet.api;

import org.jspecify.annotations.NullMarked;

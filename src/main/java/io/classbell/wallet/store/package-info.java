/** All SQL of the wallet module. Start with {@link io.classbell.wallet.store.WalletStore}. */
@NullMarked
package io.classbell.wallet.store;

import org.jspecify.annotations.NullMarked;

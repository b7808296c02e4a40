/**
 * Changes of accounts by admins, and the list of admins' actions. Start with {@link
 * io.classbell.account.administration.UserAdministration}.
 */
@NullMarked
package io.classbell.account.administration;

import org.jspecify.annotations.NullMarked;

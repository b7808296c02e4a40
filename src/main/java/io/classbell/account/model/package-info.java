/**
 * Domain types of the account module, without Vert.x and SQL. Start with {@link
 * io.classbell.account.model.UserAccount}.
 */
@NullMarked
package io.classbell.account.model;

import org.jspecify.annotations.NullMarked;

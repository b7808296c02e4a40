/** All SQL of the account module. Each class serves one table or one group of tables. */
@NullMarked
package io.classbell.account.store;

import org.jspecify.annotations.NullMarked;

/**
 * The append-only log of admins' actions. Each module records its own in the transaction of the
 * action. Start with {@link io.classbell.platform.adminlog.AdminLog}.
 */
@NullMarked
package io.classbell.platform.adminlog;

import org.jspecify.annotations.NullMarked;

/** The routes for admins. Start with {@link io.classbell.http.routes.admin.AdminRoutes}. */
@NullMarked
package io.classbell.http.routes.admin;

import org.jspecify.annotations.NullMarked;

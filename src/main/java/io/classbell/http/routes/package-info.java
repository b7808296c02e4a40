/**
 * One class for each area of the API: it reads the call, asks a module and renders the answer.
 * Start with {@link io.classbell.http.routes.BookingRoutes}.
 */
@NullMarked
package io.classbell.http.routes;

import org.jspecify.annotations.NullMarked;

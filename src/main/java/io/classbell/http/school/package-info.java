/**
 * The demo school of test mode: teachers, classes, bookings and history. Start with {@link
 * io.classbell.http.school.DemoSchool}.
 */
@NullMarked
package io.classbell.http.school;

import org.jspecify.annotations.NullMarked;

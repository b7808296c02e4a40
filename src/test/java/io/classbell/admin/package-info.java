/** Tests of the admin API and its pages on whole nodes. */
@NullMarked
package io.classbell.admin;

import org.jspecify.annotations.NullMarked;

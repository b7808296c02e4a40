/** HTML pages and their assets. Start with {@link io.classbell.http.page.Pages}. */
@NullMarked
package io.classbell.http.page;

import org.jspecify.annotations.NullMarked;

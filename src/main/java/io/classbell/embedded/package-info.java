/**
 * MariaDB, Redis and a mail server for a laptop and for tests, run as child processes from jars.
 * Packaged apart, never on a production class path; start with {@link
 * io.classbell.embedded.EmbeddedServers}.
 */
@NullMarked
package io.classbell.embedded;

import org.jspecify.annotations.NullMarked;

/**
 * MariaDB, Redis and a mail server for a laptop and for tests, as child processes from jars.
 * Packaged apart: never on a production class path.
 */
@NullMarked
package io.classbell.embedded;

import org.jspecify.annotations.NullMarked;

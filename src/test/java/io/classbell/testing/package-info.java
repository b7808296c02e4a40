/**
 * Real servers for tests. A test that needs a database says {@code @OnBothDatabases} and takes a
 * {@link io.classbell.testing.TestDatabase}; each {@code fresh()} is a migrated database of its
 * own.
 */
@NullMarked
package io.classbell.testing;

import org.jspecify.annotations.NullMarked;

/**
 * The program: {@link io.classbell.Classbell} reads the settings, migrates the database and starts
 * the roles of one node. Start reading there; {@code boot} holds the parts that it starts a node
 * with.
 */
@NullMarked
package io.classbell;

import org.jspecify.annotations.NullMarked;

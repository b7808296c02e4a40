/**
 * What runs inside the nodes of a fault test: on their class path there and nowhere else, so that
 * no installation can have it.
 */
@NullMarked
package io.classbell.faults.inside;

import org.jspecify.annotations.NullMarked;

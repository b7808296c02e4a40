/**
 * Many nodes under fault: real JVMs, real servers, a proxy that cuts, stalls and delays, a journal
 * of what clients asked and were answered. A safety phase with faults, then healing, then the
 * invariants.
 */
@NullMarked
package io.classbell.faults;

import org.jspecify.annotations.NullMarked;

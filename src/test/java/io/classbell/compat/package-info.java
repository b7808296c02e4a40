/** Old beside new: what one version writes, sends or migrates, and what another makes of it. */
package io.classbell.compat;

/**
 * Set-up of the log: formats, masking of personal data, the asynchronous appender. Start with
 * {@link io.classbell.platform.log.Logs}.
 */
@NullMarked
package io.classbell.platform.log;

import org.jspecify.annotations.NullMarked;

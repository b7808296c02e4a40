package io.classbell.platform.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a settings record means, what it is when nobody says, and what it may be. The
 * help text and the configuration reference are written from this annotation, so they can't drift
 * from the code.
 *
 * <p>A component without a default that is not {@code @Nullable} must be set.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** One sentence for the operator: what the setting does. */
  String value();

  /** The default, written as it would be in an environment variable; empty for none. */
  String byDefault() default "";

  /** The smallest number allowed; for text, the fewest characters. */
  long min() default Long.MIN_VALUE;

  /** The largest number allowed; for text, the most characters. */
  long max() default Long.MAX_VALUE;

  /** The shortest duration allowed, ISO-8601; empty for no limit. Durations are never negative. */
  String atLeast() default "";

  /** The longest duration allowed, ISO-8601; empty for no limit. */
  String atMost() default "";

  /**
   * Whether every source that states this setting must state the same value, so that no later one
   * can undo it.
   */
  boolean unanimous() default false;
}

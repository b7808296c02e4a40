package io.classbell.platform.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of a settings record: its meaning, default and bounds. The help text and
 * the configuration reference are generated from this annotation.
 *
 * <p>A component without a default that is not {@code @Nullable} is required.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** The description for operators, in one sentence. */
  String value();

  /** The default, written as in an environment variable; empty for none. */
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
   * Whether all sources that set this setting must set the same value, so that no later source can
   * override it.
   */
  boolean unanimous() default false;
}

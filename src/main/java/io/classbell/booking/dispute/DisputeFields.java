package io.classbell.booking.dispute;

import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the fields of commands on disputes; all errors are reported at once. */
final class DisputeFields {
  private static final long LONGEST_TEXT = 1000;

  static void check(String field, String text, @Nullable Integer studentPercent) {
    FieldError percent =
        studentPercent == null ? null : FieldRules.range("studentPercent", studentPercent, 0, 100);
    var errors =
        Stream.of(FieldRules.line(field, text, LONGEST_TEXT), percent)
            .filter(Objects::nonNull)
            .toList();
    if (!errors.isEmpty()) {
      throw new RejectedException(Rejection.ofFields(errors));
    }
  }

  private DisputeFields() {}
}

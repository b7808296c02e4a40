package io.classbell.notification.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.NotificationApi.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailPeriodTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final MailPeriod.Limits LIMITS =
      new MailPeriod.Limits(5, 2, Duration.ofMinutes(10));

  private MailPeriod period = MailPeriod.starting(NOW, LIMITS);

  private MailPeriod.Added add(Kind kind, Instant at) {
    MailPeriod.Added added = period.add(kind, at, LIMITS);
    period = added.next();
    return added;
  }

  private List<MailPeriod.Added> add(Kind kind, int times) {
    List<MailPeriod.Added> added = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      added.add(add(kind, NOW));
    }
    return added;
  }

  @Test
  void rejections_beyond_their_limit_leave_the_other_mails_to_what_matters() {
    assertThat(add(Kind.booking_rejected, 200)).filteredOn(a -> a.digestId() == null).hasSize(2);
    assertThat(add(Kind.refund_issued, 200)).filteredOn(a -> a.digestId() == null).hasSize(3);
  }

  @Test
  void all_beyond_the_limits_goes_into_one_digest_that_is_created_once() {
    List<MailPeriod.Added> collected = add(Kind.refund_issued, 105).subList(5, 105);
    assertThat(collected).extracting(MailPeriod.Added::digestId).doesNotContainNull();
    assertThat(collected.stream().map(MailPeriod.Added::digestId).distinct()).hasSize(1);
    assertThat(collected).filteredOn(MailPeriod.Added::newDigest).hasSize(1);
  }

  @Test
  void a_full_digest_is_followed_by_another() {
    List<MailPeriod.Added> collected = add(Kind.refund_issued, 5 + MailPeriod.MOST_IN_DIGEST + 1);
    assertThat(collected).filteredOn(MailPeriod.Added::newDigest).hasSize(2);
    assertThat(period.digestItems()).isEqualTo(1);
  }

  @Test
  void when_the_period_is_over_mails_are_counted_anew_and_another_digest_is_collected() {
    add(Kind.refund_issued, 7);
    Instant end = NOW.plus(LIMITS.period());
    assertThat(add(Kind.refund_issued, end.minusMillis(1)).digestId()).isNotNull();
    assertThat(add(Kind.refund_issued, end).digestId()).isNull();
    assertThat(period).isEqualTo(new MailPeriod(end.plus(LIMITS.period()), 1, 0, null, 0));
  }
}

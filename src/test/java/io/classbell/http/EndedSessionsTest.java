package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndedSessionsTest {

  private static final long NOW = 1_000_000;

  private final EndedSessions ended = new EndedSessions(900);

  private static Identity identity(String user, String session, long issuedAt) {
    return new Identity(user, Role.STUDENT, session, issuedAt, issuedAt + 900);
  }

  @Test
  void a_session_that_ended_takes_only_its_own_tokens_along() {
    ended.sessionEnded("s1", NOW);
    assertThat(ended.hasEnded(identity("u", "s1", NOW - 5))).isTrue();
    assertThat(ended.hasEnded(identity("u", "s2", NOW - 5))).isFalse();
  }

  @Test
  void tokens_issued_before_a_users_end_are_void_and_later_ones_are_not() {
    ended.userEnded("u", NOW, NOW);
    assertThat(ended.hasEnded(identity("u", "s1", NOW - 1))).isTrue();
    assertThat(ended.hasEnded(identity("u", "s1", NOW))).isFalse();
    assertThat(ended.hasEnded(identity("v", "s1", NOW - 1))).isFalse();
  }

  @Test
  void an_older_end_that_comes_late_does_not_undo_a_newer_one() {
    ended.userEnded("u", NOW, NOW);
    ended.userEnded("u", NOW - 100, NOW + 1);
    assertThat(ended.hasEnded(identity("u", "s1", NOW - 1))).isTrue();
  }

  @Test
  void ends_are_forgotten_when_no_token_can_match_them() {
    ended.sessionEnded("s1", NOW);
    ended.userEnded("u", NOW, NOW);
    ended.forget(NOW + 900);
    assertThat(ended.size()).isEqualTo(2);
    ended.forget(NOW + 901);
    assertThat(ended.size()).isZero();
  }
}
